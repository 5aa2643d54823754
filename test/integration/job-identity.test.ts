import { describe, expect, test, vi } from 'vitest';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const PATIENCE = { timeout: 30_000, interval: 20 };
const request = (version: string) => ({ schema: 1, service: 'api', version, approve: true });

/** Published by plain BullMQ; the deployment that it was, once the job has ended. */
async function published(
  { queues, until }: Pipeline,
  data: object,
  options: object = {},
): Promise<string> {
  const plan = queues.queue('plan');
  const { id = '' } = await plan.add('plan-deployment', data, options);
  const deploymentId = await vi.waitFor(async () => {
    const job = await plan.getJob(id);
    expect(job?.failedReason ?? '').toBe('');
    expect(job?.returnvalue).toBeTruthy();
    return String(job?.returnvalue.deploymentId);
  }, PATIENCE);
  expect((await until(deploymentId)).state.status).toBe('completed');
  return deploymentId;
}

describe('a job id', () => {
  test('that begins again at 1 after the queue was obliterated is a new request', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const plan = pipeline.queues.queue('plan');
    const first = await published(pipeline, request('1'));
    const second = await published(pipeline, request('2'));
    await plan.obliterate({ force: true });

    const third = await published(pipeline, request('3'));
    const again = await published(pipeline, request('2'));

    expect(new Set([first, second, third, again]).size).toBe(4);
    const ids = (await plan.getJobs(['completed'])).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(['1', '2']));
  });

  test('used again once its job is gone deploys again, with the same payload too', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver });
    const job = { jobId: 'nightly' };
    const first = await published(pipeline, request('1'), job);
    const calls = driver.calls.length;
    await (await pipeline.queues.queue('plan').getJob('nightly'))?.remove();

    const second = await published(pipeline, request('1'), job);

    expect(second).not.toBe(first);
    expect(driver.calls.length).toBe(2 * calls);
  });

  test('of a job that still exists is that job: BullMQ adds none', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const job = { jobId: 'nightly' };
    const first = await published(pipeline, request('1'), job);

    expect(await published(pipeline, request('2'), job)).toBe(first);
    expect((await pipeline.index.history({ limit: 10 })).items).toHaveLength(1);
  });

  test('of a job that is handed out again is one deployment', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const plan = pipeline.queues.queue('plan');
    const first = await published(pipeline, request('1'), { jobId: 'nightly' });

    // As a retry does: the job that there is goes through a worker once more.
    const job = await plan.getJob('nightly');
    await job?.retry('completed');
    await vi.waitFor(async () => {
      expect(await job?.getState()).toBe('completed');
      expect(await plan.getJob('nightly')).toMatchObject({ attemptsStarted: 2 });
    }, PATIENCE);

    expect((await plan.getJob('nightly'))?.returnvalue).toMatchObject({ deploymentId: first });
    expect((await pipeline.index.history({ limit: 10 })).items).toHaveLength(1);
  });

  test('says with a producer which deployment it will be, before a worker has seen it', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { jobId, deploymentId } = await pipeline.producer.deploy({
      service: 'api',
      version: '1',
    });
    await pipeline.startWorker();

    expect((await pipeline.until(deploymentId)).id).toBe(deploymentId);
    const job = await pipeline.queues.queue('plan').getJob(jobId);
    expect(job?.returnvalue).toMatchObject({ deploymentId });
  });

  test.each(['execute', 'verify', 'rollback'] as const)(
    'of a job %s that was used before asks for the deployment that it names now',
    async (kind) => {
      const driver = new FakeDriver();
      // Else the first version could not be taken back.
      driver.removes = true;
      const pipeline = await startPipeline({ driver });
      const { queues, producer, until } = pipeline;
      const ask = async (version: string): Promise<string> => {
        const asked = { service: 'api', version };
        const { deploymentId } =
          kind === 'execute' ? await producer.plan(asked) : await producer.deploy(asked);
        if (kind === 'execute') await until(deploymentId, 'draft');
        else await until(deploymentId);
        const data = { schema: 1, deploymentId };
        const queue = queues.queue(kind);
        await queue.add(`${kind}-deployment`, data, { jobId: 'again', removeOnComplete: false });
        const state = await vi.waitFor(async () => {
          const job = await queue.getJob('again');
          expect(job?.returnvalue?.deploymentId).toBe(deploymentId);
          return String(job?.returnvalue.state);
        }, PATIENCE);
        await (await queue.getJob('again'))?.remove();
        return state;
      };
      const ended = kind === 'rollback' ? 'rolled_back' : 'completed';
      for (const version of ['1', '2']) {
        await ask(version);
        await vi.waitFor(async () => {
          const [last] = (await pipeline.index.history({ limit: 1 })).items;
          expect(last).toMatchObject({ version, state: { status: ended } });
        }, PATIENCE);
      }
    },
  );
});
