import { RedisAuditSource } from '../adapters/redis/audit-source.redis.js';
import { failFastConnection } from '../adapters/redis/connection.js';
import { withRedis } from '../adapters/redis/fail-fast.js';
import { RedisRepairStore } from '../adapters/redis/repair-store.redis.js';
import type { ConnectionFlags } from '../cli/connection-flags.js';
import type { RepairSession } from '../cli/repair-session.js';
import { namespaceFor, redisUrlFor } from './open-session.js';

/** @throws RedisUnavailable within seconds when Redis is away */
export async function openRepair(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RepairSession> {
  const url = await redisUrlFor(flags, env);
  if (url === undefined) {
    throw new Error(
      'no Redis: set REDIS_URL, pass --redis, or run `signalbox up` in this folder first',
    );
  }
  const namespace = namespaceFor(flags, env);
  const connection = failFastConnection(url);
  const { client } = connection;
  try {
    await withRedis(client, () => client.ping());
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    audit: new RedisAuditSource(client, namespace),
    repairs: new RedisRepairStore(client, namespace),
    close: () => connection.close(),
  };
}
