import { afterAll } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisPromotionStore } from '../../../src/adapters/redis/releases/promotion-store.redis.js';
import { promotionStoreSuite } from '../../suites/promotion-store.suite.js';
import { testRedis } from '../../support/redis.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

promotionStoreSuite(
  'promotions in Redis',
  async () => new RedisPromotionStore(connection.client, testRedis().namespace),
);
