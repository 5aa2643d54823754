import { afterAll } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployment-store.redis.js';
import { deploymentLimitsSuite } from '../../suites/deployment-limits.suite.js';
import { deploymentOrderSuite } from '../../suites/deployment-order.suite.js';
import { deploymentStoreSuite } from '../../suites/deployment-store.suite.js';
import { testRedis } from '../../support/redis.js';
import { deploymentWaitingSuite } from '../../suites/deployment-waiting.suite.js';
import { forcedEndSuite } from '../../suites/forced-end.suite.js';
import { StoreHand } from '../../support/store-hand.js';

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
deploymentWaitingSuite('a store in Redis', inRedis);
forcedEndSuite('a store in Redis', inRedis);
