import { expect, onTestFinished, test, vi } from 'vitest';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { openSession } from '../../src/app/session/open-session.js';
import { composeWorker } from '../../src/app/workers/compose.js';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { FakeDriver, FakeServices } from '../support/fake-services.js';
import { onlyFor } from '../support/only-for.js';
import { startRedisWithUsers } from '../support/redis-users.js';

const NAMESPACE = 'users-hand-on';
const PATIENCE = { timeout: 30_000, interval: 20 };
/** BullMQ would note its version there whenever a queue is opened, and does without. */
const META = /^\S+-(publisher|admin) toplevel key \S+:(plan|execute|verify|rollback):meta$/;

test('hand jobs on among workers that know different services, and are refused nothing on the way', async () => {
  const redis = await startRedisWithUsers(NAMESPACE);
  const driver = new FakeDriver();
  const join = async (...names: readonly string[]): Promise<void> => {
    const host = await composeWorker({
      connection: redis.urlOf('worker'),
      config: ConfigSchema.parse({ namespace: NAMESPACE, services: {} }),
      log: SILENT,
      services: () => onlyFor(names, new FakeServices({ driver })),
    });
    onTestFinished(() => host.stop());
  };
  const producer = createProducer({ connection: redis.urlOf('publisher'), namespace: NAMESPACE });
  onTestFinished(() => producer.close());
  const admin = await openSession({ redis: redis.urlOf('admin'), namespace: NAMESPACE }, {});
  onTestFinished(() => admin.close());
  await join('web');
  await join('shop');
  const { deploymentId: id } = await producer.deploy({ service: 'api', version: '1.0.0' });
  await vi.waitFor(async () => {
    const handed = patientConnection(redis.urlOf('worker'));
    const names = await handed.client.zrange(keysOf(NAMESPACE).handed, 0, '-1');
    await handed.close();
    expect(names).toEqual(['plan|production/api']);
  }, PATIENCE);

  await join('api');

  await vi.waitFor(
    async () => expect((await admin.store.load(deploymentId(id)))?.state.status).toBe('completed'),
    PATIENCE,
  );
  expect((await admin.roster.workers()).filter(({ alive }) => alive)).toHaveLength(3);
  const refused = (await redis.refusals()).filter((refusal) => !META.test(refusal));
  expect(refused).toEqual([]);
});
