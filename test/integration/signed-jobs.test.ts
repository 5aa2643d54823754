import { Queue } from 'bullmq';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { jobSigner } from '../../src/adapters/security/signature-keys.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { workJobId } from '../../src/contracts/jobs/work-job.js';
import type { QueueName } from '../../src/contracts/jobs/define-job.js';
import { FakeDriver } from '../support/fake-services.js';
import { API } from '../support/fixtures.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';
import { PRIVATE_KEY, PUBLIC_KEY } from '../support/signing-keys.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const CI = { name: 'ci', privateKey: PRIVATE_KEY };
const SECURITY = {
  requireSignedJobs: true,
  publishers: [{ name: 'ci', algorithm: 'ed25519' as const, key: PUBLIC_KEY, services: ['api'] }],
};

async function start(options: Partial<Parameters<typeof startPipeline>[0]> = {}) {
  const driver = new FakeDriver();
  const pipeline = await startPipeline({ driver, security: SECURITY, ...options });
  const { url: connection, namespace } = pipeline;
  const producer = createProducer({ connection, namespace, signing: CI });
  closing.push(() => producer.close());
  return { ...pipeline, driver, producer };
}

function queueOf({ url, namespace }: Pick<Pipeline, 'url' | 'namespace'>, name: QueueName): Queue {
  const queue = new Queue(name, { connection: { url }, prefix: `{${namespace}:0}` });
  closing.push(() => queue.close());
  return queue;
}

/** Somebody who can write to Redis, and has no key. */
function attacker(world: Pick<Pipeline, 'url' | 'namespace'>) {
  /** Puts a job there and waits for its end. */
  return async (name: QueueName, data: object, jobId?: string): Promise<string> => {
    const queue = queueOf(world, name);
    const job = await queue.add(`${name}-deployment`, data, jobId === undefined ? {} : { jobId });
    return vi.waitFor(
      async () => {
        const state = await queue.getJobState(job.id ?? '');
        if (state !== 'failed' && state !== 'completed') throw new Error(state);
        return (await queue.getJob(job.id ?? ''))?.failedReason ?? state;
      },
      { timeout: 15_000, interval: 20 },
    );
  };
}

describe('workers that take only signed jobs', () => {
  test('carry out what a publisher signed, to its end, and roll it back', async () => {
    const { producer, until, driver, load, index } = await start();
    const first = await producer.deploy({ service: 'api', version: '1.0.0' });
    await until(first.deploymentId, 'completed');
    const second = await producer.deploy({ service: 'api', version: '2.0.0' });
    await until(second.deploymentId, 'completed');
    await producer.rollback({ service: 'api', reason: 'slow' });
    await until(second.deploymentId, 'rolled_back');
    expect(new Set(driver.runs.values())).toEqual(new Set(['1.0.0']));
    expect((await load(second.deploymentId)).requestedBy).toBe('ci');
    const asked = (await index.events(second.deploymentId)).find(
      ({ event }) => event.type === 'deployment.rollback_started',
    );
    expect(asked).toMatchObject({ actor: 'ci', event: { reason: 'slow', cause: 'request' } });
  });

  test('let drafts be signed for, then executed by a signed job', async () => {
    const { producer, until } = await start();
    const { deploymentId } = await producer.plan({ service: 'api', version: '1.0.0' });
    await until(deploymentId, 'draft');
    await producer.execute(deploymentId);
    expect((await until(deploymentId, 'completed')).version).toBe('1.0.0');
  });

  test('do nothing that was only written into Redis, whatever it is called', async () => {
    const world = await start();
    const { producer, until, driver } = world;
    const forge = attacker(world);
    const live = await producer.deploy({ service: 'api', version: '1.0.0' });
    await until(live.deploymentId, 'completed');
    const draft = await producer.plan({ service: 'api', version: '2.0.0' });
    await until(draft.deploymentId, 'draft');
    const before = { ledger: [...driver.ledger], events: await eventsOf(world, live, draft) };
    const [here, there] = [live.deploymentId, draft.deploymentId];

    const forged: [QueueName, object, string?][] = [
      ['plan', { schema: 1, service: 'api', version: '6.6.6', approve: true }],
      ['plan', { schema: 1, service: 'api', version: '6.6.6', approve: true }, `${there}.plan.1`],
      ['execute', { schema: 1, deploymentId: there }],
      ['execute', { schema: 1, deploymentId: there }, `${there}.execute.1`],
      ['execute', { schema: 1, deploymentId: there }, `${there}.execute.2`],
      ['execute', { schema: 1, deploymentId: there }, `${here}.execute.1x`],
      ['verify', { schema: 1, deploymentId: there }, `${there}.verify.1`],
      ['verify', { schema: 1, deploymentId: here }, `${here}.verify.99`],
      ['rollback', { schema: 1, deploymentId: here }],
      ['rollback', { schema: 1, deploymentId: here }, `${here}.rollback.1`],
      ['rollback', { schema: 1, deploymentId: here }, `${here}.rollback.99`],
      ['rollback', { schema: 1, service: 'api', requestedBy: 'ann' }],
      ['rollback', { schema: 1, service: 'api' }, `${here}.rollback.2`],
    ];
    for (const [queue, data, id] of forged) {
      const ended = await forge(queue, data, id);
      // What was owed once is answered with what became of it; all else is refused in a sentence.
      expect([queue, id, ended]).toEqual([
        queue,
        id,
        expect.stringMatching(/^signature: |^completed$/),
      ]);
    }
    expect(driver.ledger).toEqual(before.ledger);
    expect(await eventsOf(world, live, draft)).toEqual(before.events);

    // Names taken beforehand are no obstacle: the rescuer publishes what is owed under another.
    await producer.approve(draft.deploymentId, 'ann');
    await until(draft.deploymentId, 'completed');
  });

  test('take a signature once, for its own job, unchanged', async () => {
    const world = await start();
    const { until, driver, namespace } = world;
    const forge = attacker(world);
    const data = { schema: 1, service: 'api', version: '1.0.0', approve: true };
    const sign = (jobId: string) =>
      jobSigner(CI, namespace, Date.now)({ queue: 'plan', name: 'plan-deployment', jobId, data });
    const signature = sign('job_one');

    expect(await forge('plan', { ...data, version: '6.6.6', signature }, 'job_one')).toMatch(
      /^signature: it is not "ci"'s signature/,
    );
    expect(await forge('plan', { ...data, signature }, 'job_two')).toMatch(
      /^signature: it is not "ci"'s signature/,
    );
    const signed = { ...data, signature: sign('job_three') };
    expect(await forge('plan', signed, 'job_three')).toBe('completed');
    const calls = await vi.waitFor(async () => {
      const [active] = await world.index.activeDeployments();
      if (!active) throw new Error('nothing is active yet');
      await until(active.deploymentId, 'completed');
      return driver.ledger.length;
    });

    await queueOf(world, 'plan').remove('job_three');
    // A redelivery of the same job as far as anybody can tell: nothing comes of it.
    await forge('plan', signed, 'job_three');
    expect(driver.ledger).toHaveLength(calls);
  });

  test('keep a publisher to its services', async () => {
    const world = await start();
    const job = await world.producer.deploy({ service: 'web', version: '1.0.0' });
    const queue = queueOf(world, 'plan');
    await vi.waitFor(async () =>
      expect((await queue.getJob(job.jobId))?.failedReason).toBe(
        'signature.publisher: "ci" may not publish for production/web',
      ),
    );
    expect(world.driver.ledger).toEqual([]);
  });

  test('go on with what is owed after a crash, unsigned as it is', async () => {
    const world = await start();
    const { producer, until, driver } = world;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    driver.onApply = async () => {
      await held;
      return { ok: true, value: {} };
    };
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1.0.0' });
    const running = await until(deploymentId, 'executing');
    // The very job it waits for, again: BullMQ knows it by its name, and so nothing is done twice.
    const jobId = workJobId({ kind: 'execute', deploymentId, run: running.run });
    await queueOf(world, 'execute').add(
      'execute-deployment',
      { schema: 1, deploymentId },
      { jobId },
    );
    release();
    await until(deploymentId, 'completed');
    expect(driver.ledger.filter((line) => line.startsWith('begin'))).toHaveLength(3);
  });

  test('take the plans that they themselves publish for a promotion', async () => {
    const promotions = [{ from: 'staging', to: 'production', soak: 0 }];
    const { producer, until, index } = await start({ promotions });
    const job = { service: 'api', environment: 'staging', version: '1.0.0' };
    await until((await producer.deploy(job)).deploymentId, 'completed');
    await vi.waitFor(async () => expect((await index.active(API))?.version).toBe('1.0.0'), {
      timeout: 15_000,
      interval: 50,
    });
  });
});

async function eventsOf(
  { index }: Pick<Pipeline, 'index'>,
  ...plans: readonly { readonly deploymentId: Parameters<Pipeline['index']['events']>[0] }[]
): Promise<unknown> {
  return Promise.all(plans.map(({ deploymentId }) => index.events(deploymentId)));
}
