import { Queue, QueueEvents } from 'bullmq';
import { afterEach, describe, expect, test } from 'vitest';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { FakeDriver } from '../support/fake-services.js';
import { API } from '../support/fixtures.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A program that knows BullMQ and has never heard of this package. */
function plainBullMq({ url, namespace }: Pipeline, name: string) {
  const connection = { url };
  const prefix = `{${namespace}:0}`;
  const queue = new Queue(name, { connection, prefix });
  const events = new QueueEvents(name, { connection, prefix, lastEventId: '0-0' });
  closing.push(
    () => queue.close(),
    () => events.close(),
  );
  const run = async (job: string, data: unknown): Promise<unknown> => {
    await events.waitUntilReady();
    const added = await queue.add(job, data);
    return added.waitUntilFinished(events, 20_000);
  };
  return { queue, run };
}

const labels = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, 'x']));
const plan = { schema: 1, service: 'api', version: '1.4.2' };

describe('a plain BullMQ publisher', () => {
  test('gets a deployment from one add, and its id and state as the return value', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver });
    const { run } = plainBullMq(pipeline, 'plan');

    const result = await run('plan-deployment', {
      ...plan,
      environment: 'production',
      strategy: { kind: 'rolling', batchSize: 1 },
      targets: [{ id: 'web-1', name: 'web 1', address: '127.0.0.1:8081' }],
      approve: true,
      requestedBy: 'ci',
      idempotencyKey: 'build-812',
      metadata: { commit: 'abc' },
    });

    expect(result).toEqual({ deploymentId: expect.stringMatching(/^dep_/), state: 'approved' });
    const { deploymentId } = result as { deploymentId: string };
    expect((await pipeline.until(deploymentId)).state.status).toBe('completed');
    expect(driver.calls.map(({ target }) => target.address)).toEqual(['127.0.0.1:8081']);
  });

  test('executes and verifies by id, and rolls back by service', async () => {
    const driver = new FakeDriver();
    driver.removes = true;
    const pipeline = await startPipeline({ driver });
    const planned = (await plainBullMq(pipeline, 'plan').run('plan-deployment', plan)) as {
      deploymentId: string;
    };
    const { deploymentId } = planned;
    expect(planned).toMatchObject({ state: 'draft' });

    await plainBullMq(pipeline, 'execute').run('execute-deployment', { schema: 1, deploymentId });
    await pipeline.until(deploymentId, 'completed');
    const back = await plainBullMq(pipeline, 'rollback').run('rollback-deployment', {
      schema: 1,
      service: 'api',
      environment: 'production',
    });

    expect(back).toEqual({ deploymentId, state: 'rolled_back' });
    expect(await pipeline.index.active(API)).toBeNull();
  });

  test.each(['版本-é:{x}"\'\\1', '-rf', '%s\u0301;$(x)', '🚀'.repeat(256)])(
    'has any version that can be printed, and reads it back as it was: %s',
    async (version) => {
      const driver = new FakeDriver();
      const pipeline = await startPipeline({ driver });
      const { run } = plainBullMq(pipeline, 'plan');

      const result = await run('plan-deployment', { ...plan, version, approve: true });
      const { deploymentId } = result as { deploymentId: string };

      expect((await pipeline.until(deploymentId)).state.status).toBe('completed');
      expect(new Set(driver.calls.map((call) => call.version))).toEqual(new Set([version]));
      expect(await pipeline.index.active(API)).toMatchObject({ version });
    },
  );

  test('gets null for a rollback where nothing is active', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const { run } = plainBullMq(pipeline, 'rollback');

    const result = await run('rollback-deployment', { schema: 1, service: 'api' });

    expect(result).toEqual({ deploymentId: null, state: null });
  });

  test.each([
    ['a missing version', { schema: 1, service: 'api' }, 'version'],
    ['a service that could break out of a key', { ...plan, service: 'a:b{c}\n' }, 'service'],
    ['a field nobody knows', { ...plan, force: true }, 'force'],
    ['a newer schema', { ...plan, schema: 2 }, 'schema'],
    ['a wrong strategy', { ...plan, strategy: { kind: 'yolo' } }, 'strategy'],
    [
      'a batch of nobody',
      { ...plan, strategy: { kind: 'rolling', batchSize: 0 } },
      'strategy.batchSize',
    ],
    ['two colours where there are none', { ...plan, strategy: { kind: 'blue_green' } }, 'targets'],
    ['two targets of one id', { ...plan, targets: [{ id: 'a' }, { id: 'a' }] }, 'targets'],
    ['nothing at all', null, 'data'],
    ['too many labels', { ...plan, metadata: labels }, 'metadata'],
    ['5 MB of metadata', { ...plan, metadata: { blob: 'x'.repeat(5_000_000) } }, 'data'],
  ])('that sends %s gets a failed job whose reason names the field', async (_, data, field) => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const { run } = plainBullMq(pipeline, 'plan');

    await expect(run('plan-deployment', data)).rejects.toThrow(field);
    expect((await pipeline.index.history({ limit: 1 })).items).toEqual([]);
  });

  test('that names an unknown job is told the name that was expected', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });

    await expect(plainBullMq(pipeline, 'plan').run('deploy', plan)).rejects.toThrow(
      'plan-deployment',
    );
  });

  test('blocks nobody with a poison job', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const { queue } = plainBullMq(pipeline, 'plan');
    await queue.addBulk(
      Array.from({ length: 20 }, () => ({ name: 'plan-deployment', data: { junk: 1 } })),
    );

    const { deploymentId } = await pipeline.producer.deploy({ service: 'api', version: '1' });

    expect((await pipeline.until(deploymentId)).state.status).toBe('completed');
  });
});

describe('the producer', () => {
  test('makes one deployment of the same idempotency key, however often it is published', async () => {
    const driver = new FakeDriver();
    const { producer, until, index } = await startPipeline({ driver });
    const request = { service: 'api', version: '1', idempotencyKey: 'build-7' };

    const published = await Promise.all([1, 2, 3].map(() => producer.deploy(request)));
    const ids = new Set(published.map(({ deploymentId }) => deploymentId));
    await until([...ids][0] ?? '');

    expect(ids.size).toBe(1);
    expect((await index.history({ limit: 10 })).items).toHaveLength(1);
    expect(driver.calls).toHaveLength(3);
  });

  test('refuses a bad field before anything is published, naming it', async () => {
    const { producer, queues } = await startPipeline({ driver: new FakeDriver() });

    await expect(producer.deploy({ service: 'a:b{c}\n', version: '1' })).rejects.toThrow(
      /^service: /,
    );
    await expect(producer.approve('nope', 'ann')).rejects.toThrow(/^deploymentId: /);
    expect(await queues.queue('plan').getJobCountByTypes('waiting', 'completed', 'failed')).toBe(0);
  });

  test('says within seconds that Redis is away', async () => {
    const producer = createProducer({ connection: 'redis://127.0.0.1:1' });
    closing.push(() => producer.close());
    const start = Date.now();

    await expect(producer.deploy({ service: 'api', version: '1' })).rejects.toThrow(
      'Redis is away',
    );
    expect(Date.now() - start).toBeLessThan(30_000);
  });

  test('cannot approve what does not exist or is over', async () => {
    const { producer, until } = await startPipeline({ driver: new FakeDriver() });
    const { deploymentId } = await producer.plan({ service: 'api', version: '1' });
    await until(deploymentId, 'draft');
    await producer.cancel(deploymentId, 'not needed', 'ann');

    await expect(producer.approve(deploymentId, 'ann')).rejects.toThrow('is cancelled');
    await expect(producer.approve('dep_0000000000none', 'ann')).rejects.toThrow('no deployment');
  });
});
