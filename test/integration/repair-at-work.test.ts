import { expect, onTestFinished, test, vi } from 'vitest';
import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { RedisRepairStore } from '../../src/adapters/redis/repair/repair-store.redis.js';
import { carryOut } from '../../src/domain/repair/carry-out.js';
import { examine } from '../../src/domain/repair/examine.js';
import { settle } from '../../src/domain/repair/settle.js';
import { FakeDriver } from '../support/fake-services.js';
import { API, v, web } from '../support/fixtures.js';
import { startPipeline } from '../support/pipeline.js';
import { startRedisWithUsers } from '../support/redis-users.js';
import { DAMAGE } from './repair-damage.js';
import { repairWorldOn } from './repair-world.js';

const NOTE = { by: 'ada', reason: 'a hand slipped' };

test('what is damaged while workers work is repaired beside them, and nothing else is touched', async () => {
  const pipeline = await startPipeline({ driver: new FakeDriver() });
  const { producer, until, connection, namespace } = pipeline;
  const { client } = connection;
  const keys = keysOf(namespace);
  const source = new RedisAuditSource(client, namespace);
  const repairs = new RedisRepairStore(client, namespace);
  const services = ['api', 'db', 'web'];
  const first = await Promise.all(
    services.map((service) => producer.deploy({ service, version: '1.0.0' })),
  );
  for (const { deploymentId } of first) await until(deploymentId, 'completed');

  const harmed = first[0]?.deploymentId ?? '';
  const rounds = [2, 3, 4].map(async (round) => {
    const made = await Promise.all(
      services.map((service) => producer.deploy({ service, version: `${round}.0.0` })),
    );
    await client.hincrby(keys.counters, 'completed', round);
    await client.zadd(keys.open, '1', harmed);
    await carryOut(source, repairs, NOTE, 100);
    for (const { deploymentId } of made) await until(deploymentId, 'completed');
  });
  await Promise.all(rounds);
  await vi.waitFor(async () => {
    await carryOut(source, repairs, NOTE, 100);
    expect((await examine(source, repairs, 100)).prescriptions).toEqual([]);
  });

  expect(await client.hget(keys.counters, 'completed')).toBe('12');
  expect(await client.zscore(keys.open, harmed)).toBeNull();
});

test('work that nobody looks after is done once a repair has said that it is owed', async () => {
  const { client, keys, store, source, repairs, waiting } = await repairWorldOn();
  await client.zrem(keys.due, waiting);

  await carryOut(source, repairs, NOTE, 100);

  expect(await store.overdue(10)).toContain(waiting);
  expect(await store.renewWork(waiting)).toMatchObject({ kind: 'execute', deploymentId: waiting });
});

test('an administrator’s user may repair all of it, and is refused nothing on the way', async () => {
  const redis = await startRedisWithUsers('admin-repairs');
  const world = await repairWorldOn({
    url: redis.urlOf('worker'),
    namespace: 'admin-repairs',
    harmer: redis.root.client,
  });
  const admin = patientConnection(redis.urlOf('admin'));
  onTestFinished(() => admin.close());
  const source = new RedisAuditSource(admin.client, world.namespace);
  const repairs = new RedisRepairStore(admin.client, world.namespace);

  for (const [what, , harm] of DAMAGE) {
    await harm(world);
    expect((await carryOut(source, repairs, NOTE, 100)).after.prescriptions, what).toEqual([]);
  }
  const statement = { service: API, target: web(1), version: v('2.0.0') };
  await world.hand.give(world.waiting, { type: 'cancel', reason: 'not needed' });
  const settled = settle(await repairs.standing(API), statement, NOTE, 1);
  expect(settled.ok && (await repairs.settle(settled.value, NOTE))).toBe('done');
  expect(await repairs.log(1)).toMatchObject([NOTE]);

  expect((await redis.refusals()).filter((refusal) => refusal.includes('-admin '))).toEqual([]);
});
