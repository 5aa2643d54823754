import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../support/free-port.js';
import {
  type Connection,
  patientConnection,
} from '../../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { deploymentStoreSuite } from '../../suites/deployment-store.suite.js';
import { aDraft } from '../../support/fixtures.js';
import { testRedis } from '../../support/redis.js';
import { createRedisNode, type RedisNode } from '../../support/redis-node.js';
import { StoreHand } from '../../support/store-hand.js';

const ONE_REPLICA = { replicas: 1, timeoutMs: 100 };
const FAST = { 'repl-diskless-sync-delay': '0' };

let primary: RedisNode;
let replica: RedisNode;
let connection: Connection;

beforeAll(async () => {
  const port = await freePort();
  primary = await createRedisNode({ port, settings: FAST });
  await primary.start();
  const replicaof = `127.0.0.1 ${port}`;
  replica = await createRedisNode({ port: await freePort(), settings: { ...FAST, replicaof } });
  await replica.start();
  connection = patientConnection(`redis://127.0.0.1:${port}`);
  await followed();
});

afterAll(async () => {
  await connection.close();
  await replica.dispose();
  await primary.dispose();
});

const followed = () =>
  vi.waitFor(
    async () => {
      const info = await connection.client.info('replication');
      if (!info.includes('state=online')) throw new Error(info);
    },
    { timeout: 20_000, interval: 20 },
  );

deploymentStoreSuite('a store whose writes wait for a replica', async () => {
  const { namespace } = testRedis();
  const store = new RedisDeploymentStore(connection.client, namespace, ONE_REPLICA);
  return new StoreHand(store, new RedisDeploymentIndex(connection.client, store, namespace));
});

describe('a write that waits for a replica', () => {
  test('is answered as it was first, when the replica is there', async () => {
    const { namespace } = testRedis();
    const store = new RedisDeploymentStore(connection.client, namespace, ONE_REPLICA);
    const { deployment, events } = aDraft({ approve: true });
    const answers: unknown[] = [];
    await replica.kill9();
    await connection.client.config('RESETSTAT');

    const created = store.create(deployment, events).then((answer) => answers.push(answer));
    // It is written, and yet nothing follows from it.
    await vi.waitFor(async () => expect(await store.load(deployment.id)).toBeDefined());
    await vi.waitFor(async () => {
      const stats = await connection.client.info('commandstats');
      const [, waits = '0'] = /cmdstat_wait:calls=(\d+)/.exec(stats) ?? [];
      expect(Number(waits)).toBeGreaterThan(2);
    });
    expect(answers).toEqual([]);
    await replica.start();
    await created;

    expect(answers).toEqual([{ ok: true, value: { deployment, created: true } }]);
  });

  test('is never a claim that another one may have as well', async () => {
    const { namespace } = testRedis();
    const store = new RedisDeploymentStore(connection.client, namespace, ONE_REPLICA);
    const { deployment, events } = aDraft({ approve: true });
    await store.create(deployment, events);
    const { record } = keysOf(namespace).deployment(deployment.id);
    await replica.kill9();

    const claim = store.claim(deployment.id, { kind: 'execute', worker: 'w1', leaseMs: 60_000 });
    await vi.waitFor(async () =>
      expect(await connection.client.hget(record, 'leaseOwner')).toBe('w1'),
    );
    await replica.start();

    // What it took first it can't vouch for: it comes back when that lease is over.
    expect((await claim).kind).toBe('leased');
  });
});
