import { expect, onTestFinished, test, vi } from 'vitest';
import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { JOB_OPTIONS } from '../../src/contracts/jobs/define-job.js';
import { planDeployment } from '../../src/contracts/jobs/plan-deployment.job.js';
import { audit } from '../../src/domain/audit/audit.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { startWorker } from '../../src/workers/jobs/start-worker.js';
import { loadKnown } from '../../src/cli/session/load-known.js';
import { openSession } from '../../src/app/session/open-session.js';
import { broken, FakeDriver, fine } from '../support/fake-services.js';
import { API } from '../support/fixtures.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const TINY = { deployments: 0, keep: 1, atLeast: 0, releases: 0, promotions: 0, jobs: 0 };
const PATIENCE = { timeout: 30_000, interval: 50 };
const FIELDS = { schema: 1, service: 'api', version: '1.0.0' };

/** One after the other; those that are called bad fail, and go back. */
async function deployAll(
  { producer, until }: Pipeline,
  versions: readonly string[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const version of versions) {
    const { deploymentId: id } = await producer.deploy({ service: 'api', version });
    await until(id);
    ids.push(id);
  }
  return ids;
}

const aDriver = (): FakeDriver => {
  const driver = new FakeDriver();
  driver.onApply = ({ version }) => (version?.startsWith('bad') ? broken('no') : fine);
  return driver;
};

const known = async ({ store }: Pipeline, ids: readonly string[]): Promise<readonly string[]> => {
  const found = await Promise.all(ids.map((id) => store.load(deploymentId(id))));
  return ids.filter((_, at) => found[at] !== undefined);
};

const audited = ({ connection, namespace }: Pipeline) =>
  audit(new RedisAuditSource(connection.client, namespace));

test('a worker lets go of what nobody needs; what is active and the way back stay, and an audit is clean', async () => {
  const pipeline = await startPipeline({ driver: aDriver(), retention: TINY });
  const { index, producer, until, url, namespace } = pipeline;
  const versions = ['1', 'bad-1', 'bad-2', '2', 'bad-3', 'bad-4', '3'];
  const ids = await deployAll(pipeline, versions);
  const [first = '', bad = '', , second = '', , last = '', third = ''] = ids;

  await vi.waitFor(async () => {
    // The last one that failed is why the automation is held.
    expect(await known(pipeline, ids)).toEqual([first, second, last, third]);
  }, PATIENCE);

  expect(await index.counters()).toMatchObject({ completed: 3, rolled_back: 4 });
  expect(await audited(pipeline)).toMatchObject({ findings: [], looked: { deployments: 4 } });
  const session = await openSession({ redis: url, namespace }, {});
  const asked = loadKnown(session, deploymentId(bad)).finally(() => session.close());
  await expect(asked).rejects.toThrow('retention let it go');

  await producer.rollback({ service: 'api' });
  await until(third, 'rolled_back');
  expect(await index.active(API)).toMatchObject({ version: '2', deploymentId: second });
  await producer.rollback({ service: 'api' });
  await until(second, 'rolled_back');
  expect(await index.active(API)).toMatchObject({ version: '1', deploymentId: first });
  expect(await audited(pipeline)).toMatchObject({ findings: [] });
});

test('off, nothing is pruned', async () => {
  const pipeline = await startPipeline({ driver: aDriver(), retention: 'off' });
  const ids = await deployAll(pipeline, ['1', 'bad-1', '2']);
  const leading = await pipeline.connection.client.get(`{${pipeline.namespace}:0}:leader`);

  expect(leading).not.toBeNull();
  expect(await known(pipeline, ids)).toEqual(ids);
  expect((await pipeline.queues.queue('plan').getJobCounts('completed'))['completed']).toBe(3);
});

test('of jobs that are published without a word about it, a worker keeps as many as of its own', async () => {
  const { connection } = await startPipeline({ driver: aDriver(), workers: 0 });
  const { signal: draining } = new AbortController();
  const { worker } = startWorker(
    planDeployment,
    { perform: async () => ({ kind: 'discard', reason: '' }), exhausted: async () => {} },
    {
      ...{ connection: connection.client, prefix: 'idle', concurrency: 1, log: SILENT },
      ...{ stop: { draining, abort: draining }, clock: systemClock },
    },
  );
  onTestFinished(() => worker.close());

  const { removeOnComplete, removeOnFail } = JOB_OPTIONS;
  expect(worker.opts).toMatchObject({ removeOnComplete, removeOnFail });
});

test.each([
  ['the same deployment with its idempotency key', { idempotencyKey: 'build-1' }, 1],
  ['another one without', {}, 2],
])(
  'a job that a publisher wants kept for ever is cleaned, and sent again it is %s',
  async (_, key, count) => {
    const pipeline = await startPipeline({ driver: aDriver(), retention: 'off' });
    const { queues, index } = pipeline;
    const plan = queues.queue('plan');
    const keep = { jobId: 'build-1', removeOnComplete: false, removeOnFail: false };
    const run = async (): Promise<unknown> => {
      await plan.add('plan-deployment', { ...FIELDS, ...key, approve: true }, keep);
      return vi.waitFor(async () => {
        const job = await plan.getJob('build-1');
        if (!job?.finishedOn) throw new Error('not finished');
        return job.returnvalue?.deploymentId;
      }, PATIENCE);
    };
    const id = await run();
    await pipeline.until(String(id));

    await queues.clean(0);
    expect(await plan.getJob('build-1')).toBeUndefined();

    const again = await run();
    await pipeline.until(String(again));
    expect(again === id).toBe(count === 1);
    expect((await index.history({ limit: 10 })).items).toHaveLength(count);
  },
);

test('asked for again when job and deployment are gone, it is deployed again, and an audit is clean', async () => {
  const pipeline = await startPipeline({ driver: aDriver(), retention: TINY });
  const { producer, until } = pipeline;
  const request = { service: 'api', version: 'bad-1', idempotencyKey: 'build-1' };
  await deployAll(pipeline, ['1']);
  const { deploymentId: id } = await producer.deploy(request);
  await until(id);
  await deployAll(pipeline, ['bad-2', '2', '3']);
  await vi.waitFor(async () => {
    expect(await known(pipeline, [id])).toEqual([]);
  }, PATIENCE);
  await pipeline.queues.clean(0);

  const again = await producer.deploy(request);

  expect(again.deploymentId).toBe(id);
  expect((await until(id)).state.status).toBe('rolled_back');
  expect(await pipeline.index.counters()).toMatchObject({ completed: 3, rolled_back: 3 });
  expect(await audited(pipeline)).toMatchObject({ findings: [] });
});
