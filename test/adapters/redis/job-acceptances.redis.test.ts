import { onTestFinished } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisJobAcceptances } from '../../../src/adapters/redis/deployments/job-acceptances.redis.js';
import { jobAcceptancesSuite } from '../../suites/job-acceptances.suite.js';
import { testRedis } from '../../support/redis.js';

jobAcceptancesSuite('accepted jobs in Redis', async () => {
  const { url, namespace } = testRedis();
  const connection = patientConnection(url);
  onTestFinished(() => connection.close());
  return {
    acceptances: new RedisJobAcceptances(connection.client, namespace),
    // The suite waits for what it expects: Redis' own clock decides.
    pass: async () => {},
  };
});
