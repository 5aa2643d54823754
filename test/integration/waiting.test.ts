import { describe, expect, test, vi } from 'vitest';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

describe('a deployment that waits', () => {
  test('holds no worker: another one runs through the only place there is', async () => {
    const driver = new FakeDriver();
    const strategy = { kind: 'canary' as const, stages: [50, 100], wait: 3_600_000 };
    const { producer, until, queues } = await startPipeline({ driver, worker: { concurrency: 1 } });

    const waiting = await producer.deploy({ service: 'api', version: '1', strategy });
    await vi.waitFor(async () => {
      const { delayed, active } = await queues.queue('execute').getJobCounts('delayed', 'active');
      expect({ delayed, active }).toEqual({ delayed: 1, active: 0 });
    });
    const quick = await producer.deploy({ service: 'other', version: '1' });

    expect((await until(quick.deploymentId)).state.status).toBe('completed');
    expect((await until(waiting.deploymentId, 'executing')).state).toMatchObject({ step: 1 });
  });

  test('wakes under a new worker when the one before it has gone', async () => {
    const driver = new FakeDriver();
    const strategy = { kind: 'canary' as const, stages: [50, 100], wait: 3_000 };
    const { producer, until, startWorker } = await startPipeline({ driver, workers: 0 });
    const first = await startWorker();

    const { deploymentId } = await producer.deploy({ service: 'api', version: '1', strategy });
    await vi.waitFor(async () => {
      expect((await until(deploymentId, 'executing')).state).toMatchObject({ step: 1 });
    });
    await first.stop();
    await startWorker();

    expect((await until(deploymentId)).state.status).toBe('completed');
    expect(driver.ledger.filter((line) => line.startsWith('begin'))).toHaveLength(3);
  });
});

describe('a worker that is told to stop', () => {
  test('hands the step in hand back, and another one finishes the deployment at once', async () => {
    const driver = new FakeDriver();
    driver.onApply = ({ target }, signal) =>
      target.id === 'web-2' && driver.calls.length < 3
        ? new Promise((resolve) => {
            const error = { code: 'driver/aborted', message: 'stopped', transient: true } as const;
            signal.addEventListener('abort', () => resolve({ ok: false, error }));
          })
        : { ok: true, value: {} };
    const worker = { lease: 30_000, shutdownGrace: 50 };
    const pipeline = await startPipeline({ driver, workers: 0, worker });
    const { producer, until, startWorker, load } = pipeline;
    const first = await startWorker();
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
    await vi.waitFor(() => expect(driver.calls).toHaveLength(2));

    await first.stop();
    expect((await load(deploymentId)).state).toMatchObject({ status: 'executing', step: 1 });
    await startWorker();

    expect((await until(deploymentId)).state.status).toBe('completed');
    expect(driver.settled.map(({ target }) => target.id)).toEqual(['web-2']);
    expect(driver.calls.filter(({ target }) => target.id === 'web-1')).toHaveLength(1);
  });

  test('lets the step in hand finish when it does so in time', async () => {
    const driver = new FakeDriver();
    let finish: () => void = () => {};
    driver.onApply = async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { ok: true, value: {} };
    };
    const pipeline = await startPipeline({ driver, workers: 0, targets: ['web-1'] });
    const { producer, startWorker, load } = pipeline;
    const first = await startWorker();
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
    await vi.waitFor(() => expect(driver.calls).toHaveLength(1));

    const stopped = first.stop();
    finish();
    await stopped;

    expect(
      (await load(deploymentId)).targets.get(driver.calls[0]?.target.id ?? ('' as never)),
    ).toMatchObject({
      state: 'updated',
    });
  });
});
