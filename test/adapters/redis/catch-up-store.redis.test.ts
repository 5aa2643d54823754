import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { RedisCatchUpStore } from '../../../src/adapters/redis/services/catch-up-store.redis.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import { API, web } from '../../support/fixtures.js';
import { testRedis } from '../../support/redis.js';
import { LEASE, started, StoreHand } from '../../support/store-hand.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());
const { client } = connection;

let hand: StoreHand;
let catchUps: RedisCatchUpStore;
let namespace: string;
beforeEach(() => {
  ({ namespace } = testRedis());
  const store = new RedisDeploymentStore(client, namespace);
  hand = new StoreHand(store, new RedisDeploymentIndex(client, store, namespace));
  catchUps = new RedisCatchUpStore(client, namespace);
});

async function completed(): Promise<DeploymentId> {
  const { id } = await hand.create();
  await hand.complete(id);
  return id;
}

const claim = (id: DeploymentId) =>
  hand.store.claim(id, { kind: 'execute', worker: 'w9', leaseMs: LEASE });

async function turn(leaseMs = LEASE) {
  const found = await catchUps.begin(API, leaseMs);
  if (found === null) throw new Error('somebody is at it');
  return found;
}

describe('a turn to make up for what a balancer missed, in Redis', () => {
  test('is given for the deployment that was at the service last, with what is on record', async () => {
    expect(await catchUps.begin(API, LEASE)).toBe(null);
    const id = await completed();

    expect(await turn()).toMatchObject({
      ...{ ref: API, deploymentId: id, record: await hand.store.service(API) },
    });
  });

  test('is one worker’s, until it ends or runs out', async () => {
    await completed();
    const first = await turn();
    expect(await catchUps.begin(API, LEASE)).toBe(null);
    expect(await catchUps.keep(first, LEASE)).toBe(true);
    await catchUps.end(first);
    expect(await catchUps.keep(first, LEASE)).toBe(false);

    const second = await turn(1);
    await vi.waitFor(async () => expect(await catchUps.keep(second, 1)).toBe(false));
    const third = await turn();
    // Who is late ends nobody else's.
    await catchUps.end(second);
    expect(await catchUps.keep(third, LEASE)).toBe(true);
  });

  test('is not given while a worker has a lease, nor where one ran out, nor while it is paused', async () => {
    const { id } = await hand.create();
    const fence = await hand.begun(id);
    expect(await catchUps.begin(API, LEASE)).toBe(null);
    await hand.store.renew(id, fence, 1);
    await vi.waitFor(async () => expect(await hand.store.renewWork(id)).not.toBe(null));
    expect(await catchUps.begin(API, LEASE)).toBe(null);

    await hand.store.release(id, fence, null);
    await catchUps.end(await turn());
    await hand.give(id, { type: 'pause', reason: 'lunch' });
    expect(await catchUps.begin(API, LEASE)).toBe(null);
  });

  test('keeps a deployment from being claimed, which ends it, and comes next', async () => {
    await completed();
    const begun = await turn(2_000);
    const { id } = await hand.create();

    const answer = await claim(id);
    expect(answer).toMatchObject({ kind: 'leased' });
    expect(await catchUps.keep(begun, LEASE)).toBe(false);
    await catchUps.end(begun);
    expect(await catchUps.begin(API, LEASE)).toBe(null);
    await vi.waitFor(async () => expect(await claim(id)).toMatchObject({ kind: 'claimed' }), 5_000);
    const record = keysOf(namespace).service(API).record;
    expect(await client.hmget(record, 'catchUp', 'catchUpUntil')).toEqual([null, null]);
  });

  test('is over once somebody has written to the service', async () => {
    const { id } = await hand.create();
    const fence = await hand.begun(id);
    await hand.store.release(id, fence, null);
    const begun = await turn();
    await hand.give(id, started(web(1), fence), fence);

    expect(await catchUps.keep(begun, LEASE)).toBe(false);
  });
});
