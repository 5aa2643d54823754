import { afterAll, expect, test } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { deploymentLimitsSuite } from '../../suites/deployment-limits.suite.js';
import { deploymentPlacesSuite } from '../../suites/deployment-places.suite.js';
import { deploymentOrderSuite } from '../../suites/deployment-order.suite.js';
import { deploymentStoreSuite } from '../../suites/deployment-store.suite.js';
import { testRedis } from '../../support/redis.js';
import { deploymentWaitingSuite } from '../../suites/deployment-waiting.suite.js';
import { forcedEndSuite } from '../../suites/forced-end.suite.js';
import { removedStatusSuite } from '../../suites/removed-status.suite.js';
import { serviceRecordSuite } from '../../suites/service-record.suite.js';
import { API, web } from '../../support/fixtures.js';
import { ResendingClient } from '../../model/resending-client.js';
import { started, StoreHand } from '../../support/store-hand.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

async function inRedis(): Promise<StoreHand> {
  const { namespace } = testRedis();
  const store = new RedisDeploymentStore(connection.client, namespace);
  return new StoreHand(store, new RedisDeploymentIndex(connection.client, store, namespace));
}

deploymentStoreSuite('a store in Redis', inRedis);
deploymentOrderSuite('a store in Redis', inRedis);
deploymentLimitsSuite('a store in Redis', inRedis);
deploymentPlacesSuite('targets of several environments, in Redis', inRedis);
deploymentWaitingSuite('a store in Redis', inRedis);
forcedEndSuite('a store in Redis', inRedis);
serviceRecordSuite('a store in Redis', inRedis);
removedStatusSuite('a store in Redis', inRedis);

test('a write that is sent again changes nothing and answers the revision that it left, whatever came after', async () => {
  const { namespace } = testRedis();
  const resending = new ResendingClient(connection.client);
  const store = new RedisDeploymentStore(resending.client, namespace);
  const hand = new StoreHand(store, new RedisDeploymentIndex(connection.client, store, namespace));
  const { id } = await hand.create({ version: '1.0.0' });
  const fence = await hand.begun(id);

  resending.twice = true;
  const first = await hand.give(id, started(web(1), fence), fence);
  resending.twice = false;
  const again = resending.last;
  const meanwhile = new RedisDeploymentStore(connection.client, namespace);
  expect(first.service.revision).toBe(1);
  expect((await meanwhile.service(API)).revision).toBe(1);
  expect(await hand.index.events(id)).toHaveLength(4);

  await connection.client.hincrby(keysOf(namespace).service(API).record, 'rev', 5);
  const answer = await again?.();

  expect(answer).toEqual(['OK', String(first.run), '1']);
  expect((await meanwhile.service(API)).revision).toBe(6);
  expect(await hand.index.events(id)).toHaveLength(4);
});
