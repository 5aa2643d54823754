import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface RedisIdentity {
  readonly pid: number;
  /** Different for every start of a Redis: tells ours from another that took the port. */
  readonly runId: string;
}

const field = (info: string, name: string): string =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T | null> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 1_000,
    commandTimeout: 2_000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await use(redis);
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}

/** Who answers PING at this address, or null when nobody does (or it is still loading its data). */
export async function identifyRedis(url: string): Promise<RedisIdentity | null> {
  return withRedis(url, async (redis) => {
    await redis.ping();
    const info = await redis.info('server');
    return { pid: Number(field(info, 'process_id')), runId: field(info, 'run_id') };
  });
}

/** Asks twenty times a second until somebody answers, the signal aborts or the time is over. */
export async function waitForRedis(
  url: string,
  patienceMs: number,
  signal: AbortSignal,
): Promise<RedisIdentity | null> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && !signal.aborted) {
    const identity = await identifyRedis(url);
    if (identity !== null) return identity;
    await delay(50);
  }
  return null;
}

/** Lets a Redis write what it holds and end; true once nobody answers under that run id any more. */
export async function shutDownRedis(
  url: string,
  runId: string,
  patienceMs: number,
): Promise<boolean> {
  await withRedis(url, (redis) => redis.shutdown('NOSAVE'));
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if ((await identifyRedis(url))?.runId !== runId) return true;
    await delay(50);
  }
  return false;
}
