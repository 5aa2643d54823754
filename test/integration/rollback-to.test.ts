import { describe, expect, test } from 'vitest';
import { FakeDriver } from '../support/fake-services.js';
import { API } from '../support/fixtures.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

async function live({ producer, until }: Pipeline, ...versions: readonly string[]): Promise<void> {
  for (const version of versions) {
    const { deploymentId } = await producer.deploy({ service: 'api', version });
    expect((await until(deploymentId)).state.status).toBe('completed');
  }
}

/** What a rollback job returned, or why it failed. */
async function endOf({ queues }: Pipeline, jobId: string): Promise<unknown> {
  const queue = queues.queue('rollback');
  return expect
    .poll(async () => {
      const job = await queue.getJob(jobId);
      return job?.returnvalue ?? job?.failedReason ?? null;
    })
    .not.toBeNull()
    .then(async () => {
      const job = await queue.getJob(jobId);
      return job?.returnvalue ?? job?.failedReason;
    });
}

describe('a published rollback to a named version', () => {
  test('goes back past those between, and is one however often its job comes', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver });
    await live(pipeline, '1.0.0', '2.0.0', '3.0.0');

    const request = { service: 'api', toVersion: '1.0.0', idempotencyKey: 'incident-7' };
    const first = await pipeline.producer.rollback({ ...request, reason: 'slow' });
    const { deploymentId } = (await endOf(pipeline, first.jobId)) as { deploymentId: string };
    expect((await pipeline.until(deploymentId)).state.status).toBe('completed');
    const again = await pipeline.producer.rollback({ ...request, reason: 'slow' });
    expect(await endOf(pipeline, again.jobId)).toEqual({ deploymentId, state: 'completed' });

    expect(new Set(driver.runs.values())).toEqual(new Set(['1.0.0']));
    const { stable, takenBack } = await pipeline.index.versions(API);
    expect(stable.map(({ version }) => version)).toEqual(['1.0.0']);
    expect(takenBack.map(({ version, by }) => [version, by])).toEqual([
      ['3.0.0', deploymentId],
      ['2.0.0', deploymentId],
    ]);
    expect((await pipeline.index.history({ limit: 10 })).items).toHaveLength(4);
  });

  test('fails with a sentence where the version was never stable, and touches nothing', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver });
    await live(pipeline, '1.0.0', '2.0.0');
    const calls = driver.calls.length;

    const { jobId } = await pipeline.producer.rollback({ service: 'api', toVersion: '9.9.9' });

    expect(await endOf(pipeline, jobId)).toContain('never stable there; choose 1.0.0');
    expect(driver.calls).toHaveLength(calls);
  });

  test('answers with what is active where there is nothing to do, and with null where nothing is', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const none = await pipeline.producer.rollback({ service: 'api', toVersion: '1.0.0' });
    expect(await endOf(pipeline, none.jobId)).toEqual({ deploymentId: null, state: null });
    await live(pipeline, '1.0.0');

    const { jobId } = await pipeline.producer.rollback({ service: 'api', toVersion: '1.0.0' });

    const active = await pipeline.index.active(API);
    expect(await endOf(pipeline, jobId)).toEqual({
      deploymentId: active?.deploymentId,
      state: 'completed',
    });
  });

  test('along a strategy brings the version before back', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    await live(pipeline, '1.0.0', '2.0.0');
    const strategy = { kind: 'rolling', batchSize: 2 } as const;

    const { jobId } = await pipeline.producer.rollback({ service: 'api', strategy });
    const { deploymentId } = (await endOf(pipeline, jobId)) as { deploymentId: string };

    expect(await pipeline.until(deploymentId)).toMatchObject({
      ...{ version: '1.0.0', state: { status: 'completed' }, plan: { strategy } },
    });
  });

  test('of a first version along a strategy is the rollback of that deployment', async () => {
    const driver = new FakeDriver();
    driver.removes = true;
    const pipeline = await startPipeline({ driver });
    await live(pipeline, '1.0.0');
    const active = await pipeline.index.active(API);

    const strategy = { kind: 'rolling' } as const;
    const { jobId } = await pipeline.producer.rollback({ service: 'api', strategy });

    await endOf(pipeline, jobId);
    const ended = await pipeline.until(active?.deploymentId ?? '', 'rolled_back');
    expect(ended.state.status).toBe('rolled_back');
    expect(await pipeline.index.active(API)).toBeNull();
  });
});
