import type { RedisClient } from '../../../src/adapters/redis/connection/connection.js';

/** Where BullMQ keeps its jobs, and what changes by itself with time. */
const NOT_OURS =
  /^\{[^}]*\}:(?:plan|execute|verify|rollback|leader|promotions:cursor|workers:seen|workers:said)(?::|$)/;

/** Every key of ours with its whole value: two dumps are equal when nothing has changed. */
export async function stateDump(
  client: RedisClient,
  namespace: string,
): Promise<ReadonlyMap<string, string>> {
  const dump = await fullDump(client, namespace);
  return new Map([...dump].filter(([key]) => !NOT_OURS.test(key)));
}

/** Every key of the namespace, BullMQ's too. */
export async function fullDump(
  client: RedisClient,
  namespace: string,
): Promise<ReadonlyMap<string, string>> {
  const keys = await client.keys(`{${namespace}:0}*`);
  const dump = new Map<string, string>();
  for (const key of keys.toSorted()) {
    const value = await valueOf(client, key);
    if (value !== null) dump.set(key, JSON.stringify(value));
  }
  return dump;
}

async function valueOf(client: RedisClient, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case 'string':
      return client.get(key);
    case 'hash':
      return Object.entries(await client.hgetall(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    case 'list':
      return client.lrange(key, 0, -1);
    case 'set':
      return (await client.smembers(key)).toSorted();
    case 'zset':
      return client.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return client.xrange(key, '-', '+');
    default:
      // It has just expired.
      return null;
  }
}
