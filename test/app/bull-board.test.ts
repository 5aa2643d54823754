import { Queue } from 'bullmq';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { composeServer } from '../../src/app/server/compose-server.js';
import { FakeDriver } from '../support/fake-services.js';
import { anId } from '../support/fixtures.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const JobView = z.object({
  id: z.string(),
  data: z.unknown(),
  externalUrl: z.object({ displayText: z.string(), href: z.string() }).optional(),
});
const QueuesView = z.object({
  queues: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      readOnlyMode: z.boolean(),
      jobs: z.array(JobView),
    }),
  ),
});
const SchemaView = z.object({ title: z.string(), required: z.array(z.string()) });

async function startBoard({ writableBoard = false, workers = 0 } = {}) {
  const pipeline = await startPipeline({ driver: new FakeDriver(), workers });
  const server = await composeServer({
    connection: pipeline.url,
    namespace: pipeline.namespace,
    host: '127.0.0.1',
    port: 0,
    writableBoard,
  });
  closing.push(() => server.close());
  const call = (path: string, method = 'GET'): Promise<Response> =>
    fetch(`${server.address}${path}`, { method });
  const queues = async (active: string) => {
    const answer = await call(
      `/queues/api/queues?activeQueue=${active}&status=latest&page=1&jobsPerPage=10`,
    );
    return QueuesView.parse(await answer.json()).queues;
  };
  const job = async (queue: string, id: string) => {
    const found = (await queues(queue)).find(({ name }) => name === queue);
    return found?.jobs.find((each) => each.id === id);
  };
  return { pipeline, call, queues, job };
}

/** A program that knows BullMQ and has never heard of this package. */
function plainQueue({ url, namespace }: Pipeline, name: string): Queue {
  const queue = new Queue(name, { connection: { url }, prefix: `{${namespace}:0}` });
  closing.push(() => queue.close());
  return queue;
}

describe('the board', () => {
  test('lists the four queues with the job in them and the contract that explains it', async () => {
    const { pipeline, call, queues, job } = await startBoard();
    const { jobId } = await pipeline.producer.deploy({ service: 'api', version: '1.4.2' });

    const listed = await queues('plan');
    expect(listed.map(({ name }) => name)).toEqual(['plan', 'execute', 'verify', 'rollback']);
    expect(listed[0]?.description).toContain('data: schema, service, version; optional:');
    expect(await job('plan', jobId)).toMatchObject({
      data: { schema: 1, service: 'api', version: '1.4.2', approve: true },
    });
    for (const { name } of listed) {
      const schema = await call(`/queues/api/queues/${name}/job-data-schema`);
      expect(SchemaView.parse(await schema.json()).title).toBe(`${name}-deployment`);
    }
  });

  test('links a plan job to the page of the deployment that came of it', async () => {
    const { pipeline, call, job } = await startBoard({ workers: 1 });
    const { jobId, deploymentId } = await pipeline.producer.deploy({
      service: 'api',
      version: '1.4.2',
      idempotencyKey: 'build-812',
    });
    await pipeline.until(deploymentId, 'completed');

    const url = (await job('plan', jobId))?.externalUrl;
    expect(url).toEqual({ displayText: 'Deployment', href: `/deployments/${deploymentId}` });
    const page = await call(url?.href ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('api 1.4.2');
  });

  test('links a job of a publisher who knows nothing of this package by the id the worker gives it', async () => {
    const { pipeline, job } = await startBoard({ workers: 1 });
    const added = await plainQueue(pipeline, 'plan').add('plan-deployment', {
      schema: 1,
      service: 'api',
      version: '1.4.2',
    });

    const href = (await job('plan', added.id ?? ''))?.externalUrl?.href ?? '';
    const deployment = await pipeline.until(href.replace('/deployments/', ''), 'draft');
    expect(deployment.version).toBe('1.4.2');
  });

  test('links jobs that name their deployment, and shows those that break their contract without a link', async () => {
    const { pipeline, job } = await startBoard();
    const id = anId();
    const named = await plainQueue(pipeline, 'rollback').add('rollback-deployment', {
      schema: 1,
      deploymentId: id,
    });
    const broken = await plainQueue(pipeline, 'execute').add('execute-deployment', {
      deploymentId: '"><script>alert(1)</script>',
    });

    expect((await job('rollback', named.id ?? ''))?.externalUrl?.href).toBe(`/deployments/${id}`);
    const shown = await job('execute', broken.id ?? '');
    expect(shown).toBeDefined();
    expect(shown?.externalUrl).toBeUndefined();
  });

  test('refuses every change by default, and the job stays', async () => {
    const { pipeline, call, queues, job } = await startBoard();
    const { jobId } = await pipeline.producer.plan({ service: 'api', version: '1.4.2' });

    for (const path of [`${jobId}/retry`, `${jobId}/clean`, 'clean/wait', 'pause', 'obliterate']) {
      const answer = await call(`/queues/api/queues/plan/${path}`, 'PUT');
      expect([path, answer.status]).toEqual([path, 405]);
    }
    expect((await queues('plan')).every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    expect(await job('plan', jobId)).toBeDefined();
  });

  test('changes a queue where the operator allowed it', async () => {
    const { pipeline, call, job } = await startBoard({ writableBoard: true });
    const { jobId } = await pipeline.producer.plan({ service: 'api', version: '1.4.2' });

    const cleaned = await call(`/queues/api/queues/plan/${jobId}/clean`, 'PUT');
    expect(cleaned.status).toBe(204);
    expect(await job('plan', jobId)).toBeUndefined();
  });

  test('gives a failed job another try where the operator allowed it', async () => {
    const { pipeline, call } = await startBoard({ writableBoard: true, workers: 1 });
    const queue = plainQueue(pipeline, 'execute');
    const added = await queue.add('execute-deployment', { schema: 2 });
    const failures = async () => (await queue.getJob(added.id ?? ''))?.stacktrace?.length ?? 0;
    await expect.poll(() => queue.getFailedCount()).toBe(1);

    const before = await failures();
    const retried = await call(`/queues/api/queues/execute/${added.id}/retry`, 'PUT');
    expect(retried.ok).toBe(true);
    await expect.poll(failures).toBeGreaterThan(before);
  });
});

describe('a page of a deployment', () => {
  test('is served as JSON to a program that asks for it', async () => {
    const { pipeline, call } = await startBoard({ workers: 1 });
    const { deploymentId } = await pipeline.producer.deploy({ service: 'api', version: '2.0.0' });
    const ended = await pipeline.until(deploymentId);

    const server = new URL((await call('/healthz')).url).origin;
    const answer = await fetch(`${server}/deployments/${deploymentId}`, {
      headers: { accept: 'application/json' },
    });
    expect(await answer.json()).toMatchObject({
      id: deploymentId,
      state: ended.state.status,
      result: { success: true, targetsUpdated: 3 },
      targets: [{ id: 'web-1' }, { id: 'web-2' }, { id: 'web-3' }],
    });
  });
});
