import type { RedisClient } from '../../src/adapters/redis/connection/connection.js';
import { scanned } from '../../src/adapters/redis/connection/read-only.js';

const READ: Readonly<Record<string, (redis: RedisClient, key: string) => Promise<unknown>>> = {
  string: (redis, key) => redis.get(key),
  hash: async (redis, key) => {
    const fields = await redis.hgetall(key);
    return Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  },
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: async (redis, key) => (await redis.smembers(key)).toSorted(),
  zset: (redis, key) => redis.zrange(key, 0, '-1', 'WITHSCORES'),
  stream: (redis, key) => redis.xrange(key, '-', '+'),
};

/** Everything under a prefix, to be compared with what is there later. */
export async function dumpKeys(redis: RedisClient, prefix: string): Promise<string> {
  const names = new Set<string>();
  for await (const keys of scanned(redis, `${prefix}*`)) for (const key of keys) names.add(key);
  const found: [string, unknown][] = [];
  for (const key of [...names].toSorted()) {
    const type = await redis.type(key);
    found.push([key, await READ[type]?.(redis, key)]);
  }
  return JSON.stringify(found, null, 1);
}
