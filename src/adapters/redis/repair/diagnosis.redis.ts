import type { Diagnosis, QueueLengths } from '../../../domain/ports/diagnosis.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { flat } from '../connection/read-only.js';

const QUEUES = ['plan', 'execute', 'verify', 'rollback'] as const;

/** Asks Redis about itself and about the work of a namespace; changes nothing. */
export async function diagnose(
  redis: RedisClient,
  namespace: string,
  now: () => number,
): Promise<Diagnosis> {
  const keys = keysOf(namespace);
  const clock = await clockOf(redis, now);
  const [settings, work] = await Promise.all([
    settingsOf(redis),
    workOf(redis, keys, clock.redisNow),
  ]);
  const { clockAheadMs, roundTripMs } = clock;
  return { namespace, redis: { ...settings, clockAheadMs, roundTripMs }, work };
}

/** Its clock against the middle of the question's way there and back. */
async function clockOf(redis: RedisClient, now: () => number) {
  const asked = now();
  const [seconds, micros] = await redis.time();
  const answered = now();
  const redisNow = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const clockAheadMs = Math.round(redisNow - (asked + answered) / 2);
  return { redisNow, clockAheadMs, roundTripMs: answered - asked };
}

async function settingsOf(redis: RedisClient) {
  const info = await redis.info();
  const field = (name: string): string =>
    new RegExp(`^${name}:(.*)`, 'm').exec(info)?.[1]?.trim() ?? '';
  return {
    version: field('redis_version'),
    mode: field('redis_mode'),
    role: field('role'),
    replicas: Number(field('connected_slaves')),
    evictionPolicy: field('maxmemory_policy') || null,
    memoryBytes: Number(field('used_memory')),
    memoryLimitBytes: Number(field('maxmemory')),
    appendOnly: field('aof_enabled') === '1',
    appendFsync: await allowed(
      async () => flat(await redis.config('GET', 'appendfsync'))[1] ?? null,
    ),
  };
}

async function workOf(redis: RedisClient, keys: Keys, now: number): Promise<Diagnosis['work']> {
  const [leader, open, due, overdue, longest, counters, queues] = await Promise.all([
    redis.get(keys.leader),
    redis.zcard(keys.open),
    redis.zcard(keys.due),
    redis.zcount(keys.due, '-inf', now),
    redis.zrangebyscore(keys.due, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, 1),
    redis.hgetall(keys.counters),
    Promise.all(QUEUES.map((name) => lengthsOf(redis, keys, name))),
  ]);
  const { sequence: _, ...counted } = counters;
  return {
    leader,
    workers: await allowed(() => workersOf(redis, keys)),
    queues,
    ...{ open, due, overdue },
    overdueMs: Math.max(0, now - Number(longest[1] ?? now)),
    counters: Object.fromEntries(Object.entries(counted).map(([name, n]) => [name, Number(n)])),
  };
}

async function lengthsOf(redis: RedisClient, keys: Keys, name: string): Promise<QueueLengths> {
  const prefix = `${keys.prefix}:${name}`;
  const [waiting, prioritized, active, delayed, failed] = await Promise.all([
    redis.llen(`${prefix}:wait`),
    redis.zcard(`${prefix}:prioritized`),
    redis.llen(`${prefix}:active`),
    redis.zcard(`${prefix}:delayed`),
    redis.zcard(`${prefix}:failed`),
  ]);
  return { name, waiting: waiting + prioritized, active, delayed, failed };
}

/** BullMQ names the connections of its workers after their queue. */
async function workersOf(redis: RedisClient, keys: Keys): Promise<number> {
  const name = `name=${keys.prefix}:${Buffer.from('execute').toString('base64')}`;
  const clients = String(await redis.client('LIST')).split('\n');
  const named = clients.flatMap((line) =>
    line.split(' ').filter((each) => each.startsWith('name=')),
  );
  return named.filter((each) => each === name || each.startsWith(`${name}:w:`)).length;
}

/** What this user may not ask is not known. */
async function allowed<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && /^(?:NOPERM|ERR unknown)/.test(error.message)) return null;
    throw error;
  }
}
