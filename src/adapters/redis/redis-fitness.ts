import type { RedisClient } from './connection.js';

/** This Redis would lose what is entrusted to it. */
export class UnfitRedis extends Error {
  override readonly name = 'UnfitRedis';
}

/**
 * Refuses a Redis that may throw keys away when its memory is full: the truth
 * about deployments would have holes.
 *
 * @throws UnfitRedis
 */
export async function assertFitRedis(redis: RedisClient, allowEviction: boolean): Promise<void> {
  const info = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction' || allowEviction) return;
  throw new UnfitRedis(
    `this Redis has maxmemory-policy ${policy} and may throw deployments away: set it to noeviction (for development, SIGNALBOX_ALLOW_EVICTION=1 overrides this)`,
  );
}
