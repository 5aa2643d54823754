import { afterAll } from 'vitest';
import { RedisAuditSource } from '../../../src/adapters/redis/repair/audit-source.redis.js';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../../src/adapters/redis/deployments/deployment-store.redis.js';
import { auditSourceSuite } from '../../suites/audit-source.suite.js';
import { testRedis } from '../../support/redis.js';
import { StoreHand } from '../../support/store-hand.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

auditSourceSuite('an audit of Redis', async () => {
  const { namespace } = testRedis();
  const store = new RedisDeploymentStore(connection.client, namespace);
  const index = new RedisDeploymentIndex(connection.client, store, namespace);
  const source = new RedisAuditSource(connection.client, namespace);
  return { hand: new StoreHand(store, index), source };
});
