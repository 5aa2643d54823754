import { afterAll } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployment-store.redis.js';
import { deploymentStoreSuite } from '../../suites/deployment-store.suite.js';
import { testRedis } from '../../support/redis.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

deploymentStoreSuite('a store in Redis', async () => {
  const { namespace } = testRedis();
  const store = new RedisDeploymentStore(connection.client, namespace);
  return { store, index: new RedisDeploymentIndex(connection.client, store, namespace) };
});
