import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Chance } from './chance.js';
import { type RedisBackend, singleRedis } from './redis-backend.js';
import type { Report } from './report.js';
import { type ChaosOptions, runChaos } from './run-chaos.js';
import { PER_MINUTE, type RedisKind } from './schedule.js';
import { sentinelRedis } from './sentinel-redis.js';

export interface PartsOptions extends Omit<ChaosOptions, 'backend' | 'rates'> {
  readonly kinds: readonly RedisKind[];
  readonly fsync: 'always' | 'everysec';
}

/** How the minutes are shared out where all kinds have their part. */
const SHARES: Readonly<Record<RedisKind, number>> = { single: 0.55, sentinel: 0.45 };

/** One kind of Redis after the other, each with a world of its own, whose promises are checked for themselves. */
export async function runParts(options: PartsOptions): Promise<readonly Report[]> {
  const { kinds, fsync, ...rest } = options;
  const whole = kinds.reduce((sum, kind) => sum + SHARES[kind], 0);
  const reports: Report[] = [];
  for (const kind of kinds) {
    const folder = join(rest.folder, kind);
    await mkdir(folder, { recursive: true });
    const backend = await OPEN[kind](folder, fsync, rest.seed);
    const minutes = (rest.minutes * SHARES[kind]) / whole;
    const part = { ...rest, minutes, folder, backend, rates: PER_MINUTE[kind] };
    reports.push(await runChaos(part).finally(() => backend.dispose()));
  }
  return reports;
}

const OPEN: Readonly<
  Record<
    RedisKind,
    (folder: string, fsync: PartsOptions['fsync'], seed: number) => Promise<RedisBackend>
  >
> = {
  single: (folder, fsync) => singleRedis(join(folder, 'redis'), fsync),
  sentinel: (_, fsync, seed) => sentinelRedis(fsync, new Chance(seed).stream('failovers')),
};
