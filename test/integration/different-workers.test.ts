import { QueueEvents } from 'bullmq';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { RedisHandedJobs } from '../../src/adapters/redis/workers/handed-jobs.redis.js';
import { RedisWorkerRoster } from '../../src/adapters/redis/workers/worker-roster.redis.js';
import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import { explain } from '../../src/domain/explain/explain.js';
import { type DeploymentId, environmentName } from '../../src/domain/model/ids.js';
import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import { aProbe, saw } from '../support/fake-services.js';
import { knownService } from '../support/worker-signs.js';
import { API } from '../support/fixtures.js';
import { startTeam, type Team } from '../support/team.js';

const PATIENCE = { timeout: 60_000, interval: 20 };
const request = { schema: 1, version: '1.0.0', approve: true };

const explained = async (
  { load, index, connection, namespace }: Team,
  id: DeploymentId | string,
) => {
  const deployment = await load(id);
  return explain({
    ...{ deployment, slot: await index.slot(deployment), freezes: [], automationHold: null },
    ...{ known: new Map(), calendar: rruleCalendar, now: Date.now() },
    workers: await new RedisWorkerRoster(connection.client, namespace).workers(),
  });
};

describe('workers that know different services', () => {
  test('each carry out their own, and a job shows no trace of the way to its worker', async () => {
    const team = await startTeam();
    const { queues, connection, namespace, until } = team;
    const probes = [aProbe(async () => saw('healthy'))];
    const others = [await team.join(['web']), await team.join(['web']), await team.join(['shop'])];
    const own = await team.join(['api'], { probes });
    const plan = queues.queue('plan');
    const told = new QueueEvents('plan', {
      ...{ connection: connection.client, prefix: partitionPrefix(namespace) },
    });
    onTestFinished(() => told.close());
    await told.waitUntilReady();

    const jobs = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        plan.add('plan-deployment', { ...request, service: 'api', version: `1.0.${at}` }),
      ),
    );
    const results = await Promise.all(jobs.map((job) => job.waitUntilFinished(told, 60_000)));

    for (const { deploymentId } of results) {
      expect((await until(deploymentId)).state.status).toBe('completed');
    }
    expect(others.flatMap(({ driver }) => driver.calls)).toEqual([]);
    expect(own.driver.calls).toHaveLength(36);
    for (const { id = '' } of jobs) {
      const job = await plan.getJob(id);
      expect(job).toMatchObject({ attemptsMade: 1, attemptsStarted: 1, stalledCounter: 0 });
      const fields = Object.keys(await connection.client.hgetall(plan.toKey(id)));
      expect(fields).not.toContain('unknownSince');
    }
    const { deploymentId } = results[0];
    const types = (await team.index.events(deploymentId)).map(({ event }) => event.type);
    expect(types).not.toContain('deployment.held');
    const said = others.flatMap(({ said: lines }) => lines);
    expect(said.some((line) => line.startsWith('handed on to a worker'))).toBe(true);
    // Nothing is left of it in Redis either.
    await vi.waitFor(
      async () =>
        expect(await connection.client.zrange(keysOf(namespace).handed, 0, '-1')).toEqual([]),
      PATIENCE,
    );
  });

  test('refuse a request that nobody knows after the grace, naming who is alive and what they know', async () => {
    const team = await startTeam();
    await team.join(['web'], { grace: '1s' });

    const job = await team.queues
      .queue('plan')
      .add('plan-deployment', { ...request, service: 'api' });

    await vi.waitFor(
      async () =>
        expect((await team.queues.queue('plan').getJob(job.id ?? ''))?.failedReason).toMatch(
          /^service: no worker is configured for production\/api\. Workers alive: \S+ \(web in any environment\)\./,
        ),
      PATIENCE,
    );
  });

  test('carry a request out whose configuration comes within the grace', async () => {
    const team = await startTeam();
    const first = await team.join(['web']);
    const { deploymentId: id } = await team.producer.deploy({ service: 'api', version: '1.0.0' });
    await vi.waitFor(
      () => expect(first.said.join()).toContain('waits for a worker that is configured for it'),
      PATIENCE,
    );

    const second = await team.join(['api']);

    expect((await team.until(id)).state.status).toBe('completed');
    expect(second.driver.calls).toHaveLength(3);
  });

  test('hold what is under way when its service is taken out at a gate, and go on with it when it is back', async () => {
    const team = await startTeam();
    const strategy = { kind: 'rolling', pauseAfterFirst: true } as const;
    const before = await team.join(['api'], { strategy });
    const { deploymentId: id } = await team.producer.deploy({ service: 'api', version: '1.0.0' });
    await vi.waitFor(
      async () => expect((await team.load(id)).state).toMatchObject({ gate: expect.anything() }),
      PATIENCE,
    );
    const other = await team.join(['web']);
    await before.stop();
    await team.producer.promote(id, 'ann');

    await vi.waitFor(
      async () => expect((await team.load(id)).progress.hold?.kind).toBe('configuration'),
      PATIENCE,
    );
    const { holds, state } = await explained(team, id);
    expect(state).toBe('executing');
    expect(holds[0]).toMatchObject({
      kind: 'configuration',
      reason: expect.stringMatching(
        /^no worker is configured for production\/api; last seen on \S+ \d+ s ago$/,
      ),
    });
    const after = await team.join(['api'], { strategy });

    const ended = await team.until(id);
    expect(ended.state.status).toBe('completed');
    expect(other.driver.calls).toEqual([]);
    expect(after.driver.calls).toHaveLength(2);
  });

  test('hand a rollback to the one that knows the service, also by the service alone', async () => {
    const team = await startTeam();
    const own = await team.join(['api']);
    own.driver.removes = true;
    const first = await team.producer.deploy({ service: 'api', version: '1.0.0' });
    await team.until(first.deploymentId);
    const second = await team.producer.deploy({ service: 'api', version: '2.0.0' });
    await team.until(second.deploymentId);
    const others = [await team.join(['web']), await team.join(['web']), await team.join(['shop'])];

    await team.producer.rollback({ service: 'api', reason: 'slow' });

    expect((await team.until(second.deploymentId, 'rolled_back')).state.status).toBe('rolled_back');
    expect(others.flatMap(({ driver }) => driver.calls)).toEqual([]);
    expect([...own.driver.runs.values()]).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  test('lose no job where one dies just after it took it', async () => {
    const team = await startTeam();
    const { connection, namespace, producer, until } = team;
    await team.join(['web']);
    const { deploymentId: id } = await producer.deploy({ service: 'api', version: '1.0.0' });
    const handed = new RedisHandedJobs(connection.client, namespace);
    const need = { ref: API, bringsDriver: false };
    const taken = await vi.waitFor(async () => {
      const ids = await handed.take('plan', need, 10, { token: 'of one that died', ms: 100 });
      expect(ids).toHaveLength(1);
      return ids;
    }, PATIENCE);
    const [jobId = ''] = taken;
    const lock = team.queues.queue('plan').toKey(`${jobId}:lock`);
    await vi.waitFor(async () => expect(await connection.client.exists(lock)).toBe(0), PATIENCE);
    // Nobody can hand it on or take it again: it is for BullMQ to hand out.
    const dead = { queue: 'plan', jobId, token: 'of one that died' };
    expect(await handed.handOn(dead, { need, wakeInMs: 0, known: true })).toBe(false);
    expect(await handed.take('plan', need, 10, { token: 'late', ms: 100 })).toEqual([]);

    const own = await team.join(['api']);

    expect((await until(id)).state.status).toBe('completed');
    expect(own.driver.calls).toHaveLength(3);
  });

  test('lose no job where its inbox is lost: it wakes by itself', async () => {
    const team = await startTeam();
    const { connection, namespace, producer, until } = team;
    await team.join(['web'], { grace: '5s' });
    const { deploymentId: id } = await producer.deploy({ service: 'api', version: '1.0.0' });
    const inbox = keysOf(namespace).inbox('plan|production/api');
    await vi.waitFor(async () => expect(await connection.client.zcard(inbox)).toBe(1), PATIENCE);

    await connection.client.del(inbox, keysOf(namespace).handed);
    await team.join(['api']);

    expect((await until(id)).state.status).toBe('completed');
  });

  test('promote a service that the leader does not know, by the rule of those who do', async () => {
    const team = await startTeam();
    const leader = await team.join(['web']);
    await vi.waitFor(
      async () =>
        expect(await team.connection.client.get(keysOf(team.namespace).leader)).not.toBeNull(),
      PATIENCE,
    );
    const rule = { from: environmentName('staging'), to: environmentName('production') };
    const promotions = [{ ...rule, soak: 0, auto: true }];
    const own = await team.join([knownService('api', { promotions })]);
    const staged = { service: 'api', version: '1.0.0', environment: 'staging' };

    const { deploymentId: id } = await team.producer.deploy(staged);

    expect((await team.until(id)).state.status).toBe('completed');
    await vi.waitFor(
      async () => expect((await team.index.active(API))?.version).toBe('1.0.0'),
      PATIENCE,
    );
    expect(leader.driver.calls).toEqual([]);
    expect(own.driver.calls).toHaveLength(6);
  });

  test('take no more than they have room for, in the order in which jobs came', async () => {
    const team = await startTeam();
    await team.join(['web']);
    await team.join(['shop']);
    const own = await team.join(['api'], { worker: { concurrency: 1 } });

    const ids: string[] = [];
    for (let at = 0; at < 8; at++) {
      const deploy = await team.producer.deploy({ service: 'api', version: `1.0.${at}` });
      ids.push(deploy.deploymentId);
    }

    for (const id of ids) expect((await team.until(id)).state.status).toBe('completed');
    expect(own.driver.calls).toHaveLength(24);
  });
});
