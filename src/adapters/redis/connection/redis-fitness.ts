import type { RedisClient } from './connection.js';

/** This Redis would lose what is entrusted to it, or takes nothing. */
export class UnfitRedis extends Error {
  override readonly name = 'UnfitRedis';
}

/**
 * Refuses a Redis that may throw keys away when its memory is full, as the truth
 * about deployments would have holes, and one that is a replica, as it takes no
 * writes. Answers with what an operator should know besides, in sentences.
 *
 * @throws UnfitRedis
 */
export async function assertFitRedis(
  redis: RedisClient,
  allowEviction: boolean,
): Promise<readonly string[]> {
  const facts = factsOf(await redis.info());
  const policy = facts.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction' && !allowEviction) {
    throw new UnfitRedis(
      `this Redis has maxmemory-policy ${policy} and may throw deployments away: set it to noeviction (for development, SIGNALBOX_ALLOW_EVICTION=1 overrides this)`,
    );
  }
  if (facts.get('role') === 'slave') {
    const primary = `${facts.get('master_host')}:${facts.get('master_port')}`;
    throw new UnfitRedis(
      `this Redis is a replica and takes no writes: its primary is ${primary}; a redis-sentinel:// address finds it by itself`,
    );
  }
  return warningsFrom(facts);
}

function warningsFrom(facts: ReadonlyMap<string, string>): readonly string[] {
  const warnings: string[] = [];
  if (facts.get('aof_enabled') === '0') {
    warnings.push(
      'Redis keeps no append-only file: a restart loses what was written since its last snapshot, or everything (set appendonly yes)',
    );
  }
  const followed = Number(facts.get('connected_slaves') ?? 0) > 0;
  if (followed && !facts.has('min_slaves_good_slaves')) {
    warnings.push(
      'Redis has replicas and does not need them to take writes: a primary that is cut off loses what it takes meanwhile (set min-replicas-to-write 1)',
    );
  }
  return warnings;
}

/** `name:value` lines. */
const factsOf = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
