import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { rescueRound } from '../../src/workers/coordinating/rescuer.js';
import { workPublisher } from '../../src/producers/publish-work.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { FakeDriver, fine } from '../support/fake-services.js';
import { startOwnRedis } from '../support/redis.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const request = { service: 'api', version: '1' };

/** Makes everything that is owed overdue, as if the time had passed, and looks after it. */
async function rescueNow({ connection, namespace, store, queues }: Pipeline): Promise<void> {
  const { due } = keysOf(namespace);
  for (const id of await connection.client.zrange(due, 0, '-1')) {
    await connection.client.zadd(due, 1, id);
  }
  await rescueRound(
    {
      store,
      clock: systemClock,
      log: SILENT,
      worker: 'rescuer',
      publish: workPublisher(queues),
      jobState: (work) => queues.stateOf(work),
    },
    new AbortController().signal,
  );
}

describe('work that nobody does', () => {
  test('is published again when its job was lost, and done once', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver, workers: 0 });
    const { producer, queues, until, startWorker } = pipeline;
    const planner = await startWorker();
    await queues.queue('execute').pause();
    const { deploymentId } = await producer.deploy(request);
    await until(deploymentId, 'approved');
    await vi.waitFor(async () => expect(await queues.queue('execute').count()).toBe(1));
    await queues.queue('execute').obliterate({ force: true });

    await rescueNow(pipeline);

    expect((await until(deploymentId)).state.status).toBe('completed');
    expect(driver.calls).toHaveLength(3);
    await planner.stop();
  });

  test('is left alone while its job only waits for its turn', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { producer, queues, until, startWorker, load } = pipeline;
    await startWorker();
    await queues.queue('execute').pause();
    const { deploymentId } = await producer.deploy(request);
    const { run } = await until(deploymentId, 'approved');
    await vi.waitFor(async () => expect(await queues.queue('execute').count()).toBe(1));

    await rescueNow(pipeline);

    expect((await load(deploymentId)).run).toBe(run);
    await queues.queue('execute').resume();
    await until(deploymentId, 'completed');
  });

  test('is ended when it was published again and again and never got done', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { producer, queues, until, startWorker, connection, namespace } = pipeline;
    const worker = await startWorker();
    await queues.queue('execute').pause();
    const { deploymentId } = await producer.deploy(request);
    await until(deploymentId, 'approved');
    await worker.stop();
    await connection.client.hset(keysOf(namespace).deployment(deploymentId).record, 'run', 51);

    await rescueNow(pipeline);

    expect((await until(deploymentId)).state).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('published 50 times'),
    });
  });
});

describe('Redis that goes away in the middle of a deployment', () => {
  test('for ten seconds only delays it: it completes, with no event missing', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const driver = new FakeDriver();
    let cut: () => void = () => {};
    const mid = new Promise<void>((resolve) => (cut = resolve));
    driver.onApply = async ({ target }) => {
      if (target.id !== 'web-2') return fine;
      cut();
      await systemClock.sleep(300);
      return fine;
    };
    const { producer, until, index } = await startPipeline({ driver, redisUrl: redis.url });
    const { deploymentId } = await producer.deploy(request);
    await mid;
    await redis.stop();
    await systemClock.sleep(10_000);
    await redis.start();

    const ended = await until(deploymentId);

    expect(ended.state.status).toBe('completed');
    const events = await index.events(deploymentId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    expect(events).toHaveLength(ended.revision);
    expect(await index.counters()).toMatchObject({ completed: 1, executing: 0, verifying: 0 });
  });
});
