import { describe, expect, test, vi } from 'vitest';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

/** As BullMQ would have written it. */
const WRITTEN = {
  name: 'plan-deployment',
  data: '{"schema":1,"service":"api","version":"1"}',
  opts: '{}',
  timestamp: '1795538143744',
  delay: '0',
  priority: '0',
};

/** Each by the field that is not what it should be, and what its reason says. */
const CASES: readonly (readonly [
  what: string,
  hash: Readonly<Record<string, string>>,
  said: string,
])[] = [
  ['data that is cut off', { ...WRITTEN, data: '{"schema":1,' }, 'data: not readable'],
  ['data that is plain text', { ...WRITTEN, data: 'deploy api 1' }, 'data: not readable'],
  ['data of NUL and control bytes', { ...WRITTEN, data: '\0\u0007\u001b[31m' }, 'data: not'],
  ['data that is no UTF-8', { ...WRITTEN, data: '\ufffd\ud800' }, 'data: not readable'],
  ['data of NaN', { ...WRITTEN, data: 'NaN' }, 'data: not readable'],
  ['no data', { ...WRITTEN, data: '' }, 'schema: '],
  ['a number for data', { ...WRITTEN, data: '1e999' }, 'data: '],
  ['data 10,000 levels deep', { ...WRITTEN, data: deep(10_000) }, 'nested more than 32 levels'],
  ['data with a prototype', { ...WRITTEN, data: '{"__proto__":{"polluted":1}}' }, '__proto__'],
  ['options that are cut off', { ...WRITTEN, opts: '{"attempts":' }, 'opts: not readable'],
  ['options of null', { ...WRITTEN, opts: 'null' }, 'opts: not readable'],
  ['progress that is no JSON', { ...WRITTEN, progress: '{' }, 'progress: not readable'],
  ['a parent that is no JSON', { ...WRITTEN, parent: '{' }, 'parent'],
  ['a count of attempts in words', { ...WRITTEN, atm: 'many' }, 'attempts made: not readable'],
  ['a count of starts in words', { ...WRITTEN, ats: 'many' }, 'attempts started: not readable'],
  ['a count of stalls in words', { ...WRITTEN, data: '{', stc: 'many' }, 'stalls: not readable'],
  ['no name', { data: WRITTEN.data }, 'name: missing'],
  ['no hash at all', {}, 'name: missing'],
];

describe('a job written to Redis past BullMQ', () => {
  test('ends as a failed job with its reason, whatever is wrong with it, and holds up nobody', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const { client } = pipeline.connection;
    const key = (name: string): string => `{${pipeline.namespace}:0}:plan:${name}`;
    for (const [index, [, hash]] of CASES.entries()) {
      if (Object.keys(hash).length > 0) await client.hset(key(`raw-${index}`), hash);
      await client.lpush(key('wait'), `raw-${index}`);
    }
    await client.zadd(key('marker'), 0, '0');

    const { deploymentId } = await pipeline.producer.deploy({ service: 'api', version: '2' });
    expect((await pipeline.until(deploymentId)).state.status).toBe('completed');

    // A worker's hold on a job it could not read has to run out first.
    await vi.waitFor(
      async () => {
        const failed = await client.zrange(key('failed'), '0', '-1');
        const missing = CASES.flatMap(([what], index) =>
          failed.includes(`raw-${index}`) ? [] : [what],
        );
        expect(missing).toEqual([]);
      },
      { timeout: 50_000, interval: 250 },
    );
    for (const [index, [what, , said]] of CASES.entries()) {
      expect(await client.hget(key(`raw-${index}`), 'failedReason'), what).toContain(said);
    }
    expect(await client.lrange(key('active'), 0, -1)).toEqual([]);
    expect((await pipeline.index.history({ limit: 10 })).items).toHaveLength(1);
    // Lists of jobs can be read again: Bull Board shows all of them or none.
    expect(await pipeline.queues.queue('plan').getJobs(['failed'])).toHaveLength(CASES.length);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

function deep(levels: number): string {
  return '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
}
