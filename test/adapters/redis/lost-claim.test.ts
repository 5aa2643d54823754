import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { testRedis } from '../../support/redis.js';
import { BEGIN, LEASE, StoreHand } from '../../support/store-hand.js';

let redis: Redis;

beforeAll(() => {
  redis = new Redis(testRedis().url);
});

afterAll(() => redis.quit());

/** Takes all that was written under these names since back, as a failover to a replica that lacks it does. */
async function losing(pattern: string, write: () => Promise<unknown>): Promise<void> {
  const before = await redis.keys(pattern);
  const dumps = await Promise.all(before.map((key) => redis.dumpBuffer(key)));
  await write();
  await redis.del(await redis.keys(pattern));
  await Promise.all(before.map((key, at) => redis.restore(key, 0, dumps[at] ?? '')));
}

describe('a worker whose claim was lost in a failover, and whose fence another worker has', () => {
  const request = (worker: string) => ({ kind: 'execute', worker, leaseMs: LEASE }) as const;
  let loser: StoreHand;
  let winner: StoreHand;
  let deployment: Deployment;
  let fence: number;
  const fences = new Map<string, number>();

  beforeEach(async () => {
    const { namespace } = testRedis();
    const handOf = (): StoreHand => {
      const store = new RedisDeploymentStore(redis, namespace);
      return new StoreHand(store, new RedisDeploymentIndex(redis, store, namespace));
    };
    [loser, winner] = [handOf(), handOf()];
    deployment = await loser.create();
    const claim = async (hand: StoreHand, worker: string): Promise<void> => {
      const answer = await hand.store.claim(deployment.id, request(worker));
      if (answer.kind !== 'claimed') throw new Error(`${worker}: ${answer.kind}`);
      fences.set(worker, answer.fence);
    };
    await losing(`${keysOf(namespace).prefix}:*`, () => claim(loser, 'loser'));
    await claim(winner, 'winner');
    fence = fences.get('winner') ?? 0;
  });

  test('has the very same fence', () => {
    expect(fences.get('loser')).toBe(fence);
  });

  test('can write no transition; the other one can', async () => {
    const refused = await loser.write(deployment, BEGIN, fence);
    const written = await winner.write(deployment, BEGIN, fence);

    expect(refused).toEqual({ ok: false, error: { code: 'store/fenced' } });
    expect(written).toMatchObject({ ok: true });
  });

  test('can not keep the lease; the other one can', async () => {
    expect(await loser.store.renew(deployment.id, fence, LEASE)).toEqual({ held: false });
    expect(await winner.store.renew(deployment.id, fence, LEASE)).toMatchObject({ held: true });
  });

  test('can not give up the lease of the other one', async () => {
    await loser.write(deployment, BEGIN, fence);
    await loser.store.release(deployment.id, fence, null);

    const third = await winner.store.claim(deployment.id, request('third'));

    expect(third.kind).toBe('leased');
  });
});
