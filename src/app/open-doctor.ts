import { open } from 'node:fs/promises';
import { RedisAuditSource } from '../adapters/redis/audit-source.redis.js';
import { failFastConnection } from '../adapters/redis/connection.js';
import { diagnose } from '../adapters/redis/diagnosis.redis.js';
import { withRedis } from '../adapters/redis/fail-fast.js';
import { systemClock } from '../adapters/system/system-clock.js';
import type { ConnectionFlags } from '../cli/connection-flags.js';
import type { DoctorSession } from '../cli/doctor-session.js';
import { namespaceFor, redisUrlFor } from './open-session.js';

/** @throws RedisUnavailable within seconds when Redis is away */
export async function openDoctor(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DoctorSession> {
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
    diagnose: () => diagnose(client, namespace, () => systemClock.now()),
    ledger: linesOf,
    close: () => connection.close(),
  };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = await open(file);
  yield* handle.readLines();
}
