import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  failFastConnection,
  patientConnection,
} from '../../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { Script } from '../../../src/adapters/redis/connection/load-scripts.js';
import { scanned } from '../../../src/adapters/redis/connection/read-only.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { RedisOutputLog } from '../../../src/adapters/redis/output/output-log.redis.js';
import { RedisOutputReader } from '../../../src/adapters/redis/output/output-reader.redis.js';
import { RedisRetentionStore } from '../../../src/adapters/redis/repair/retention-store.redis.js';
import { OutputSchema } from '../../../src/contracts/config/retention.schema.js';
import { type DeploymentId, deploymentId } from '../../../src/domain/model/ids.js';
import { outputLogSuite, readAll } from '../../suites/output-log.suite.js';
import { anId } from '../../support/fixtures.js';
import { startOwnRedis, testRedis } from '../../support/redis.js';
import { StoreHand } from '../../support/store-hand.js';
import { driverCall } from '../drivers/driver-calls.js';

const connection = patientConnection(testRedis().url);
const own = failFastConnection(testRedis().url);
afterAll(() => Promise.all([connection.close(), own.close()]));
const { client } = connection;

let namespace: string;
let hand: StoreHand;
let reader: RedisOutputReader;
const warned = vi.fn<(fields: object, message: string) => void>();
beforeEach(() => {
  ({ namespace } = testRedis());
  const store = new RedisDeploymentStore(client, namespace);
  hand = new StoreHand(store, new RedisDeploymentIndex(client, store, namespace));
  reader = new RedisOutputReader(client, namespace);
  warned.mockClear();
});

const logOf = (bounds: Partial<ReturnType<typeof OutputSchema.parse>> = {}, redis = own.client) =>
  new RedisOutputLog({
    ...{ redis, namespace, worker: 'w1' },
    bounds: { ...OutputSchema.parse({}), ...bounds },
    log: { info: () => {}, warn: warned, error: () => {} },
  });
const callOf = (id: DeploymentId, fence: number, target = 'web-1') => ({
  ...driverCall({ fence, target: { id: target as never } }),
  deploymentId: id,
});
async function begun() {
  const { id } = await hand.create({});
  return { id, fence: await hand.begun(id) };
}
const all = (id: DeploymentId) => readAll(reader, id);
const written = async (id: DeploymentId, ...lines: readonly string[]): Promise<void> =>
  vi.waitFor(async () => expect((await all(id)).at(-1)?.lines.slice(-lines.length)).toEqual(lines));
const keysNow = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const some of scanned(client, `${keysOf(namespace).prefix}*`)) found.push(...some);
  return found;
};

outputLogSuite('the output in Redis', async () => {
  const { id, fence } = await begun();
  return { log: logOf(), reader, deploymentId: id, fence };
});

describe('the output of a call in Redis', () => {
  test('is no more than its end, and counts what was before', async () => {
    const { id, fence } = await begun();
    const said = logOf({ perCall: 2_000 }).open(callOf(id, fence));
    for (let n = 1; n <= 500; n += 1) said.write([`line ${String(n).padStart(4, '0')}`]);
    said.end();
    await written(id, 'line 0500');
    const [kept] = await all(id);
    const { cut = 0, dropped = 0 } = kept?.output ?? {};
    expect(kept?.lines.join('\n').length).toBeLessThanOrEqual(2_000);
    expect(kept?.lines.length).toBeGreaterThan(50);
    expect(cut + dropped + (kept?.lines.length ?? 0)).toBe(500);
    const held = await client.lrange(
      keysOf(namespace).callOutput(id, kept?.output.call ?? ''),
      0,
      -1,
    );
    expect(held.join('').length).toBeLessThanOrEqual(2_000);
  });

  test('is dropped and counted where the deployment has its fill', async () => {
    const { id, fence } = await begun();
    const log = logOf({ perDeployment: 200 });
    const first = log.open(callOf(id, fence, 'web-1'));
    first.write(['x'.repeat(150)]);
    first.end();
    await written(id, 'x'.repeat(150));
    const second = log.open(callOf(id, fence, 'web-2'));
    second.write(['too much'.repeat(20), 'and more']);
    second.end();
    await vi.waitFor(async () =>
      expect((await all(id))[1]?.output).toMatchObject({ dropped: 2, endedAt: expect.any(Number) }),
    );
    expect((await all(id))[1]?.lines).toEqual([]);
  });

  test('may not be kept at all', async () => {
    const { id, fence } = await begun();
    const log = logOf({ perCall: 0 });
    const said = log.open(callOf(id, fence));
    said.write(['nothing']);
    said.end();
    await log.close();
    expect(await reader.revision(id)).toBe(0);
  });

  test('goes on after its run has given the deployment up: the last lines come late', async () => {
    const { id, fence } = await begun();
    const said = logOf().open(callOf(id, fence));
    said.write(['before']);
    await written(id, 'before');
    await hand.claimAgain(id, fence);
    said.write(['after']);
    said.end();
    await written(id, 'after');
    expect((await all(id))[0]?.output.outdated).toBe(false);
  });

  test('is refused once a newer run has called the target', async () => {
    const { id, fence } = await begun();
    const old = logOf().open(callOf(id, fence));
    old.write(['old']);
    await written(id, 'old');
    const { fence: newer } = await hand.claimAgain(id, fence);
    const young = logOf().open(callOf(id, newer));
    young.write(['new']);
    await written(id, 'new');
    old.write(['late']);
    old.end();
    await vi.waitFor(() =>
      expect(warned).toHaveBeenCalledWith(
        { deploymentId: id, target: 'web-1', lines: 1, why: 'OUTDATED' },
        expect.any(String),
      ),
    );
    expect((await all(id)).map(({ lines }) => lines)).toEqual([['old'], ['new']]);
  });

  test('is marked where the call itself began after a newer run had taken over', async () => {
    const { id, fence } = await begun();
    await hand.claimAgain(id, fence);
    const said = logOf().open(callOf(id, fence));
    said.write(['who is there']);
    said.end();
    await written(id, 'who is there');
    expect((await all(id))[0]?.output.outdated).toBe(true);
  });

  test('makes no record of a deployment that is not there', async () => {
    const log = logOf();
    const said = log.open(callOf(anId(), 1));
    said.write(['lost']);
    said.end();
    await log.close();
    expect(await keysNow()).toEqual([]);
    expect(warned).toHaveBeenCalledOnce();
  });

  test('goes with its deployment when retention lets that go', async () => {
    const { id } = await hand.create({ approve: false, at: 1_000 });
    await hand.give(id, { type: 'cancel', reason: 'not needed' });
    const newer = await hand.create({ approve: false, at: 2_000 });
    await hand.give(newer.id, { type: 'cancel', reason: 'not needed' });
    const log = logOf();
    for (const target of ['web-1', 'web-2']) {
      const said = log.open(callOf(id, 1, target));
      said.write(['kept for a while']);
      said.end();
    }
    await log.close(10_000);
    expect((await keysNow()).filter((key) => key.includes(`${id}:output`))).toHaveLength(3);
    const retention = new RedisRetentionStore(client, namespace);
    expect(await retention.trim({ id, endedBefore: 9_000, newer: 1 })).toEqual({ kind: 'trimmed' });
    expect((await keysNow()).filter((key) => key.includes(id))).toEqual([]);
  });

  test('is written once where a write is sent twice', async () => {
    const { id, fence } = await begun();
    const keys = keysOf(namespace);
    const about = { target: 'web-1', action: 'deploy', worker: 'w1', fence };
    const write = (number: number, line: string) =>
      new Script('write-output.lua').run(
        client,
        [keys.deployment(id).record, keys.deployment(id).output, keys.callOutput(id, 'c')],
        ['c', `${fence}:w1`, number, 1_000, 9_000, JSON.stringify(about), 0, '0', line, 1],
      );
    for (const number of [1, 1, 2, 1, 2]) expect(await write(number, `${number}`)).toBe('OK');
    expect((await all(id))[0]?.lines).toEqual(['1', '2']);
  });
});

describe('a Redis that is away', () => {
  test('costs lines, which are counted, and nothing else: writing never waits and never fails', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const line = failFastConnection(redis.url);
    onTestFinished(() => line.close());
    const there = patientConnection(redis.url);
    onTestFinished(() => there.close());
    const store = new RedisDeploymentStore(there.client, namespace);
    const here = new StoreHand(store, new RedisDeploymentIndex(there.client, store, namespace));
    const { id } = await here.create({});
    const fence = await here.begun(id);
    const log = logOf({}, line.client);
    const said = log.open(callOf(id, fence));
    said.write(['before']);
    const back = new RedisOutputReader(there.client, namespace);
    await vi.waitFor(async () => expect((await readAll(back, id))[0]?.lines).toEqual(['before']));

    await redis.stop();
    // More than may wait.
    for (let n = 0; n < 20_000; n += 1) said.write([`while it is away ${n} ${'.'.repeat(40)}`]);
    await redis.start();
    said.write(['after']);
    said.end();
    await vi.waitFor(
      async () => expect((await readAll(back, id))[0]?.lines.at(-1)).toBe('after'),
      30_000,
    );
    const [kept] = await readAll(back, id);
    const { dropped = 0 } = kept?.output ?? {};
    expect(dropped).toBeGreaterThan(0);
    expect((kept?.lines.length ?? 0) + dropped).toBe(20_002);
  });

  test('holds up the end of a worker only shortly, and is told in the log', async () => {
    const redis = await startOwnRedis();
    const line = failFastConnection(redis.url);
    onTestFinished(() => line.close());
    await redis.dispose();
    const log = logOf({}, line.client);
    const said = log.open(callOf(deploymentId('dep_0123456789'), 1));
    said.write(['one', 'two']);
    said.end();
    await log.close(5_000);
    expect(warned).toHaveBeenCalledWith(
      expect.objectContaining({ target: 'web-1', why: expect.any(String) }),
      'output of a call is not written down',
    );
  });
});
