import { describe, expect, onTestFinished, test } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection.js';
import { assertFitRedis, UnfitRedis } from '../../../src/adapters/redis/redis-fitness.js';
import { startOwnRedis } from '../../support/redis.js';

describe('a Redis that may throw keys away', () => {
  test('is refused with what to change, unless the operator insists', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const connection = patientConnection(redis.url);
    onTestFinished(() => connection.close());
    await assertFitRedis(connection.client, false);
    await connection.client.config('SET', 'maxmemory-policy', 'allkeys-lru');

    const refused = assertFitRedis(connection.client, false);

    await expect(refused).rejects.toThrow(UnfitRedis);
    await expect(refused).rejects.toThrow('set it to noeviction');
    await assertFitRedis(connection.client, true);
  });
});
