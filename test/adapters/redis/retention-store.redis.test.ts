import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisAuditSource } from '../../../src/adapters/redis/repair/audit-source.redis.js';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { keysOf, type Keys } from '../../../src/adapters/redis/connection/keys.js';
import { RedisPromotionStore } from '../../../src/adapters/redis/releases/promotion-store.redis.js';
import { RedisReleaseStore } from '../../../src/adapters/redis/releases/release-store.redis.js';
import { RedisRetentionStore } from '../../../src/adapters/redis/repair/retention-store.redis.js';
import { audit } from '../../../src/domain/audit/audit.js';
import { type DeploymentId, targetId } from '../../../src/domain/model/ids.js';
import { turned } from '../../../src/domain/promotion/promotion.js';
import { UnknownHistoryPosition } from '../../../src/domain/ports/deployment-index.js';
import { aPromotion } from '../../domain/promotion/promotions.js';
import { aRelease } from '../../domain/release/releases.js';
import { API, anId } from '../../support/fixtures.js';
import { testRedis } from '../../support/redis.js';
import { BEGIN, started, StoreHand } from '../../support/store-hand.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());
const { client } = connection;

let keys: Keys;
let hand: StoreHand;
let retention: RedisRetentionStore;
let source: RedisAuditSource;
let namespace: string;
beforeEach(() => {
  ({ namespace } = testRedis());
  keys = keysOf(namespace);
  const store = new RedisDeploymentStore(client, namespace);
  hand = new StoreHand(store, new RedisDeploymentIndex(client, store, namespace));
  retention = new RedisRetentionStore(client, namespace);
  source = new RedisAuditSource(client, namespace);
});

/** Ended without having touched anything. */
async function cancelled(at = 1_000): Promise<DeploymentId> {
  const { id } = await hand.create({ approve: false, at });
  await hand.give(id, { type: 'cancel', reason: 'not needed' });
  return id;
}

/** One that nobody needs, with a newer one behind it. */
async function needless(): Promise<DeploymentId> {
  const id = await cancelled();
  await cancelled(2_000);
  return id;
}

const trim = (id: DeploymentId, { endedBefore = 9_000, newer = 1 } = {}) =>
  retention.trim({ id, endedBefore, newer });
const ENTRY = (id: DeploymentId) => JSON.stringify({ ...API, version: '1', deploymentId: id });

describe('letting a deployment go in Redis', () => {
  test('takes all that is kept of it, and leaves the counters as they are', async () => {
    const { id: good } = await hand.create({ at: 500 });
    await hand.complete(good);
    const id = await needless();

    expect(await trim(id)).toEqual({ kind: 'trimmed' });

    expect(await hand.store.load(id)).toBeUndefined();
    const left = await client.keys(`${keys.prefix}:*${id}*`);
    expect(left).toEqual([]);
    expect(await client.zrange(keys.history, 0, '-1')).not.toContain(id);
    expect((await hand.index.history({ ref: API, limit: 10 })).items).toHaveLength(2);
    expect(await hand.index.counters()).toMatchObject({ completed: 1, cancelled: 2 });
    expect((await source.frame()).trimmed).toEqual({ cancelled: 1 });
    expect(await audit(source)).toMatchObject({
      findings: [],
      notes: ['retention has let 1 deployments go: of them, only their number is known'],
    });
  });

  test('does nothing once more', async () => {
    const id = await needless();
    await trim(id);

    expect(await trim(id)).toEqual({ kind: 'gone' });

    expect((await source.frame()).trimmed).toEqual({ cancelled: 1 });
    expect(await trim(anId())).toEqual({ kind: 'gone' });
  });

  test('an audit still finds one that somebody deleted by hand', async () => {
    const id = await needless();
    const other = await needless();
    await trim(id);
    await client.unlink(...Object.values(keys.deployment(other)));
    await client.zrem(keys.history, other);
    await client.zrem(keys.service(API).history, other);

    expect((await audit(source)).findings).toMatchObject([
      {
        invariant: 'counters_exact',
        message: '4 are counted as cancelled: a recount gives 3 with the 1 that were pruned',
      },
    ]);
  });

  const KEPT: readonly (readonly [why: string, prepare: (id: DeploymentId) => Promise<unknown>])[] =
    [
      ['worked_on', (id) => client.hset(keys.deployment(id).record, 'leaseUntil', '9'.repeat(15))],
      ['active', (id) => client.hset(keys.active, 'production/api', ENTRY(id))],
      ['stable', (id) => client.rpush(keys.service(API).stable, ENTRY(anId()), ENTRY(id))],
      ['last', (id) => client.set(keys.ended, id)],
      ['open', (id) => client.zadd(keys.due, '1', id)],
      ['open', (id) => client.zadd(keys.open, '1', id)],
      ['slot', (id) => client.hset(keys.service(API).record, 'holder', id)],
      ['automation', (id) => client.hset(keys.service(API).record, 'automationHold', ENTRY(id))],
      ['release', (id) => client.hset(keys.releases.members, id, 'rel_1')],
      ['promotion', (id) => client.sadd(keys.service(API).promotions, `${id}.production`)],
      ['job', (id) => client.zadd(`${keys.prefix}:execute:delayed`, '1', `${id}.execute.1`)],
    ];
  test.each(KEPT)('keeps what somebody still needs: %s', async (why, prepare) => {
    const id = await needless();
    await prepare(id);

    expect(await trim(id)).toEqual({ kind: 'kept', why });

    expect(await hand.store.load(id)).toBeDefined();
    expect((await source.frame()).trimmed).toEqual({});
  });

  test('keeps what has not ended, ended later than it was taken to, or has too few newer ones', async () => {
    const { id: open } = await hand.create({ approve: false, at: 500 });
    const id = await needless();

    expect(await trim(open)).toEqual({ kind: 'kept', why: 'open' });
    expect(await trim(id, { endedBefore: 1_999 })).toEqual({ kind: 'kept', why: 'recent' });
    expect(await trim(id, { newer: 2 })).toEqual({ kind: 'kept', why: 'newest' });
  });

  test('keeps the last to call a target, which may still be at it, until another one has', async () => {
    const { id } = await hand.create();
    const { fence } = await hand.claimed(id);
    await hand.give(id, BEGIN, fence);
    const target = targetId('web-1');
    await hand.give(id, started(target, fence), fence);
    await hand.give(id, { type: 'halt', reason: 'stuck' }, fence);
    await cancelled(2_000);

    expect(await trim(id)).toEqual({ kind: 'kept', why: 'target' });
    const open = { ...(await hand.index.targetStatuses(API)).get(target), by: anId() };
    await client.hset(keys.service(API).targets, target, JSON.stringify(open));
    expect(await trim(id)).toEqual({ kind: 'kept', why: 'target' });

    const { id: next } = await hand.create({ at: 3_000 });
    await hand.complete(next);
    await cancelled(4_000);
    expect(await trim(id)).toEqual({ kind: 'trimmed' });
    expect((await audit(source)).findings).toEqual([]);
  });

  test('keeps what whoever holds the slot, or waits to go back, takes for the version before', async () => {
    const id = await needless();
    const { id: holder } = await hand.create({ at: 3_000 });
    const before = JSON.stringify({ version: '1', deploymentId: id });
    await hand.claimed(holder);
    await client.hset(keys.deployment(holder).record, 'previous', before);
    expect(await trim(id)).toEqual({ kind: 'kept', why: 'slot' });

    await client.hdel(keys.deployment(holder).record, 'previous');
    const { id: waiting } = await hand.create({ at: 3_000 });
    await hand.claim(waiting);
    await client.hset(keys.deployment(waiting).record, 'previous', before);
    expect(await trim(id)).toEqual({ kind: 'kept', why: 'slot' });
  });

  test('keeps what an open promotion brought about', async () => {
    const id = await needless();
    const head = await client.hget(keys.deployment(id).record, 'head');
    const of = { ...JSON.parse(head ?? '{}'), metadata: { promotedFrom: 'dep_0123456789' } };
    await client.hset(keys.deployment(id).record, 'head', JSON.stringify(of));
    await client.zadd(keys.promotions.open, '1', 'dep_0123456789.production');
    expect(await trim(id)).toEqual({ kind: 'kept', why: 'promotion' });

    await client.zrem(keys.promotions.open, 'dep_0123456789.production');
    expect(await trim(id)).toEqual({ kind: 'trimmed' });
  });

  test('whoever leafs through the history goes on where it was', async () => {
    const made: DeploymentId[] = [];
    for (let n = 1; n <= 6; n++) made.push(await cancelled(n * 1_000));
    const page = await hand.index.history({ limit: 3 });
    const next = page.next ?? anId();
    await trim(next);

    const rest = await hand.index.history({ limit: 3, after: next });

    expect(rest.items.map(({ id }) => id)).toEqual(made.slice(0, 3).toReversed());
    await expect(hand.index.history({ limit: 3, after: anId() })).rejects.toThrow(
      UnknownHistoryPosition,
    );
  });

  test('tells of each its age, and how many newer ones its service has', async () => {
    const id = await needless();
    const { id: open } = await hand.create({ at: 3_000 });

    expect(await retention.deployments(0, 1)).toEqual([
      { id, status: 'cancelled', createdAt: 1_000, endedAt: 2_000, newer: 2 },
    ]);
    expect(await retention.deployments(2, 9)).toEqual([
      { id: open, status: 'approved', createdAt: 3_000, endedAt: null, newer: 0 },
    ]);
  });
});

describe('letting releases and promotions go', () => {
  test('takes a release that ended long enough ago, and no open one', async () => {
    const store = new RedisReleaseStore(client, namespace);
    const release = aRelease();
    await store.create(release);
    expect(await retention.records('releases', 0, 10, 0)).toEqual([release.id]);
    expect(await retention.records('releases', 0, 10, 1)).toEqual([]);
    expect(await retention.trimRecord('releases', release.id, 9_999)).toBe(false);
    const done = { state: { status: 'completed' }, endedAt: 9_000 } as const;
    await store.save(release, { ...release, ...done, revision: release.revision + 1 }, 0);

    expect(await retention.trimRecord('releases', release.id, 8_999)).toBe(false);
    expect(await retention.trimRecord('releases', release.id, 9_000)).toBe(true);

    expect(await store.load(release.id)).toBeUndefined();
    expect((await store.list({ limit: 10 })).items).toEqual([]);
    expect(await retention.trimRecord('releases', release.id, 9_000)).toBe(true);
  });

  test('takes a promotion that nothing can become of any more, and no open one', async () => {
    const store = new RedisPromotionStore(client, namespace);
    const before = aPromotion();
    await store.write({ changes: [{ before: null, after: before, lookInMs: 0 }] });
    const { id, createdAt } = before;
    expect(await retention.trimRecord('promotions', id, createdAt)).toBe(false);
    const after = turned(before, { status: 'dropped', reason: 'replaced' });
    await store.write({ changes: [{ before, after, lookInMs: 0 }] });

    expect(await retention.trimRecord('promotions', id, createdAt - 1)).toBe(false);
    expect(await retention.trimRecord('promotions', id, createdAt)).toBe(true);

    expect(await store.list({ open: false, limit: 10 })).toEqual([]);
    expect(await store.load(id)).toBeUndefined();
  });
});
