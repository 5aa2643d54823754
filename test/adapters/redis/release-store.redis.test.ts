import { afterAll } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisReleaseStore } from '../../../src/adapters/redis/releases/release-store.redis.js';
import { releaseStoreSuite } from '../../suites/release-store.suite.js';
import { testRedis } from '../../support/redis.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

releaseStoreSuite(
  'releases in Redis',
  async () => new RedisReleaseStore(connection.client, testRedis().namespace),
);
