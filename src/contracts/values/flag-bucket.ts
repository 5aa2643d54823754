import { createHash } from 'node:crypto';

/** Users fall into this many buckets: one is 0.001 percent of them. */
export const BUCKETS = 100_000;

/**
 * The bucket, from 0 on, that a user falls into for a flag: the first 32 bits
 * of a SHA-256, spread over the buckets. The flag is part of it, so that it is
 * not always the same users who get what is new. Never changes: a user who is
 * on would be off after an upgrade.
 */
export function bucketOf(flag: string, userKey: string): number {
  const hash = createHash('sha256').update(`${flag}\u0000${userKey}`).digest();
  return Math.floor((hash.readUInt32BE(0) / 2 ** 32) * BUCKETS);
}

/** How many buckets see a flag at this percentage. */
export const bucketsAt = (percent: number): number => Math.round((percent / 100) * BUCKETS);

/**
 * Whether a user sees what the flag guards. Whoever is on stays on while the
 * percentage grows; without a key nobody is on before everybody is.
 */
export function isOn(flag: string, percent: number, userKey: string | undefined): boolean {
  const buckets = bucketsAt(percent);
  if (buckets >= BUCKETS) return true;
  return userKey !== undefined && bucketOf(flag, userKey) < buckets;
}
