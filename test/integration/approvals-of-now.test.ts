import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisWorkerRoster } from '../../src/adapters/redis/workers/worker-roster.redis.js';
import { createWorker } from '../../src/app/workers/create-worker.js';
import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import type { ConfigInput } from '../../src/contracts/config/config.schema.js';
import { explain } from '../../src/domain/explain/explain.js';
import { outlinesFor } from '../../src/domain/fleet/outlines-for.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

type Own = ConfigInput['services'][string];

/** All of this century. */
const CLOSED: NonNullable<NonNullable<Own['policy']>['windows']>[number] = {
  ...{ kind: 'deny', rrule: 'FREQ=YEARLY', start: '2001-01-01T00:00', timeZone: 'UTC' },
  ...{ duration: '8784h', reason: 'stocktaking' },
};

/** One service, whose worker is started again and again with another configuration. */
async function aServiceInTime() {
  const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
  const { url, namespace, connection, producer } = pipeline;
  const folder = await mkdtemp(join(tmpdir(), 'approvals-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = join(folder, 'ran');
  const roster = new RedisWorkerRoster(connection.client, namespace);
  let stop: (() => Promise<void>) | null = null;
  onTestFinished(() => stop?.());

  /** The worker of now: its command writes down by which configuration it was run. */
  const configured = async (command: string, policy: Own['policy']) => {
    await stop?.();
    const api: Own = {
      driver: { kind: 'command', argv: ['sh', '-c', `echo ${command} >> ${log}`] },
      targets: [{ id: 'web-1' }],
      policy,
    };
    const host = await createWorker({
      ...{
        connection: url,
        stateDir: folder,
        log: SILENT,
        config: { namespace, services: { api } },
      },
    });
    stop = () => host.stop();
  };
  const plan = async (approve = false) => {
    const request = { service: 'api', version: '1.0.0', approve, requestedBy: 'zoe' };
    const { deploymentId: id } = await producer.plan(request);
    await vi.waitFor(() => pipeline.load(id), { timeout: 20_000, interval: 20 });
    return id;
  };
  const explained = async (id: string) => {
    const deployment = await pipeline.load(id);
    const workers = await roster.workers();
    const alive = workers.filter((worker) => worker.alive);
    return explain({
      ...{ deployment, slot: await pipeline.index.slot(deployment), freezes: [], workers },
      ...{ known: new Map(), calendar: rruleCalendar, now: Date.now(), automationHold: null },
      outlines: await outlinesFor(roster, deployment.plan.configuration, deployment, alive),
    });
  };
  const ran = async () => (await readFile(log, 'utf8').catch(() => '')).trim().split('\n');
  return { ...pipeline, configured, plan, explained, ran };
}

const of = (...people: string[]) => ({ approval: { required: 1, of: people } });

describe('who may approve', () => {
  test('is asked of the configuration of now: who was taken off the list approves nothing', async () => {
    const { configured, plan, explained, producer, until, ran } = await aServiceInTime();
    await configured('then', of('ann'));
    const id = await plan();
    await configured('now', of('bob', 'cy'));

    await expect(producer.approve(id, 'ann')).rejects.toThrow(
      `cannot approve ${id}: ann is not among its approvers: bob, cy`,
    );
    const { holds, configuration } = await explained(id);
    expect(holds).toMatchObject([{ kind: 'approval', liftedBy: 'bob, cy' }]);
    expect(configuration?.settings.map(({ path }) => path)).toEqual([
      ...['driver.argv[2]', 'policy.approvers[0]', 'policy.approvers[1]'],
    ]);
    await producer.approve(id, 'bob');
    expect((await until(id)).state.status).toBe('completed');
    expect(await ran()).toEqual(['now']);
  });

  test('is wanted again where what was approved changed before it began', async () => {
    const { configured, plan, explained, producer, until, ran, index } = await aServiceInTime();
    await configured('then', { ...of('ann'), windows: [CLOSED] });
    const id = await plan();
    await producer.approve(id, 'ann');
    await vi.waitFor(
      async () => expect((await explained(id)).holds).toMatchObject([{ kind: 'window' }]),
      {
        ...{ timeout: 20_000, interval: 50 },
      },
    );
    await configured('now', { ...of('ann', 'bob'), windows: [CLOSED] });

    await producer.override(id, 'a hotfix', 'ann');

    await until(id, 'draft');
    expect((await explained(id)).holds).toMatchObject([
      {
        reason: 'it has 0 of 1 approvals; its configuration changed, so approvals are wanted again',
        liftedBy: 'ann, bob',
      },
    ]);
    const events = (await index.events((await until(id, 'draft')).id)).map(({ event }) => event);
    expect(events.at(-1)).toMatchObject({
      type: 'deployment.approvals_lapsed',
      reason: 'its configuration changed since it was approved by ann',
    });
    expect(await ran()).toEqual(['']);
    await producer.approve(id, 'bob');
    expect((await until(id)).state.status).toBe('completed');
    expect(await ran()).toEqual(['now']);
  });

  test('is kept where the configuration says so', async () => {
    const { configured, plan, explained, producer, until, ran } = await aServiceInTime();
    const keeping = (...people: string[]): Own['policy'] => ({
      approval: { of: people, onChange: 'keep' },
      windows: [CLOSED],
    });
    await configured('then', keeping('ann'));
    const id = await plan();
    await producer.approve(id, 'ann');
    await vi.waitFor(
      async () => expect((await explained(id)).holds).toMatchObject([{ kind: 'window' }]),
      {
        ...{ timeout: 20_000, interval: 50 },
      },
    );
    await configured('now', keeping('bob'));

    await producer.override(id, 'a hotfix', 'ann');

    expect((await until(id)).state.status).toBe('completed');
    expect(await ran()).toEqual(['now']);
  });

  test('is somebody, where nobody had to approve when it was planned', async () => {
    const { configured, plan, producer, until, load } = await aServiceInTime();
    await configured('then', { windows: [CLOSED] });
    const id = await plan(true);
    await configured('now', { ...of('bob'), windows: [CLOSED] });

    await producer.override(id, 'a hotfix', 'ann');

    await until(id, 'draft');
    await producer.execute(id);
    await expect(producer.approve(id, 'zoe')).rejects.toThrow(
      'zoe is not among its approvers: bob',
    );
    expect((await load(id)).state.status).toBe('draft');
    await producer.approve(id, 'bob');
    expect((await until(id)).state.status).toBe('completed');
  });
});
