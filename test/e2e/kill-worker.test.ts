import { describe, expect, onTestFinished, test } from 'vitest';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { subscribe } from '../../src/app/session/subscribe.js';
import { PLAN_STATUSES } from '../../src/domain/model/deployment/plan-state.js';
import { realService } from '../support/real-service.js';
import { testRedis } from '../support/redis.js';
import { someOf } from '../support/some-of.js';

/** The number of the event after which the worker is killed: intents, effects, checkpoints, waits, verification. */
const MOMENTS = [3, 4, 5, 6, 9, 11, 14, 17, 20, 24];
const strategy = { kind: 'canary' as const, stages: [34, 67, 100], wait: 300 };

async function killAt(moment: number): Promise<void> {
  const { url, namespace } = testRedis();
  const world = await realService({ redisUrl: url, namespace, targets: 6 });
  const connection = patientConnection(url);
  const store = new RedisDeploymentStore(connection.client, namespace);
  const index = new RedisDeploymentIndex(connection.client, store, namespace);
  const producer = createProducer({ connection: url, namespace });
  try {
    const first = await world.startWorker();
    const { deploymentId } = await producer.deploy({
      service: 'sample',
      version: '1.0.0',
      strategy,
    });
    let second: unknown = null;
    let last = '';
    for await (const { sequence, state } of subscribe({
      connection: url,
      namespace,
      from: 'beginning',
    })) {
      if (sequence >= moment && second === null) {
        await world.kill9(first);
        second = await world.startWorker();
      }
      last = state;
      if (['completed', 'rolled_back', 'failed', 'cancelled'].includes(state)) break;
    }

    expect(last).toBe('completed');
    expect(await world.versions()).toEqual(Array.from({ length: 6 }, () => '1.0.0'));
    // The targets' own log: each took the version once, in this run and all told.
    expect(
      world
        .ledger()
        .map(({ target }) => target)
        .toSorted(),
    ).toEqual(world.targets.map(({ id }) => id));
    const events = await index.events(deploymentId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    const { items } = await index.history({ limit: 10 });
    const counters = await index.counters();
    for (const status of PLAN_STATUSES) {
      expect(counters[status]).toBe(items.filter(({ state }) => state.status === status).length);
    }
  } finally {
    await producer.close();
    await connection.close();
    await world.dispose();
  }
}

describe('the only worker killed with kill -9 during a canary of six real processes', () => {
  test.each(someOf(MOMENTS, 3, Date.now()))(
    'after event %i: a new worker completes it, and no target got the version twice',
    async (moment) => {
      await killAt(moment);
    },
  );
});

describe('a worker that is told to stop during a deployment', () => {
  test('ends soon and leaves the processes running; the next one goes on', async () => {
    const { url, namespace } = testRedis();
    const world = await realService({ redisUrl: url, namespace, targets: 3 });
    onTestFinished(() => world.dispose());
    const producer = createProducer({ connection: url, namespace });
    onTestFinished(() => producer.close());
    const first = await world.startWorker();
    await producer.deploy({ service: 'sample', version: '2.0.0' });
    for await (const { type, state } of subscribe({
      connection: url,
      namespace,
      from: 'beginning',
    })) {
      if (type === 'deployment.target_updated' && first.exitCode === null && !first.killed) {
        const ended = new Promise((resolve) => first.once('exit', resolve));
        first.kill('SIGTERM');
        expect(await ended).toBe(0);
        await world.startWorker();
      }
      if (state === 'completed') break;
    }

    expect(await world.versions()).toEqual(['2.0.0', '2.0.0', '2.0.0']);
    expect(world.ledger()).toHaveLength(3);
  });
});
