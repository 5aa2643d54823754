import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from './connection.js';
import type { Durability, Script } from './load-scripts.js';

const RETRY_MS = 200;

/**
 * Runs a script and answers once replicas have what it wrote. Until then the
 * write is neither done nor undone: a primary that was cut off may lose it, and
 * no effect may follow. So it is sent again, which a primary that has it answers
 * from what stands, and one that lost it carries out.
 */
export async function runReplicated(
  script: Script,
  redis: RedisClient,
  keys: readonly string[],
  args: readonly (string | number)[],
  durability: Durability,
): Promise<readonly unknown[]> {
  let told: readonly unknown[] = [];
  for (;;) {
    // oxlint-disable no-await-in-loop -- until enough replicas have it
    const [reply, acknowledged] = await script.runAndWait(redis, keys, args, durability);
    const answer: readonly unknown[] = Array.isArray(reply) ? reply : [];
    // An answer to what was sent again says less than the first: nothing of who is next.
    told = isRepeated(told, answer) ? told : answer;
    if (acknowledged >= durability.replicas) return told;
    await delay(RETRY_MS);
    // oxlint-enable no-await-in-loop
  }
}

const isRepeated = ([first, ...more]: readonly unknown[], [again, ...less]: readonly unknown[]) =>
  (first === 'CREATED' && again === 'EXISTS') ||
  (first === 'OK' && again === 'OK' && more.length > less.length);
