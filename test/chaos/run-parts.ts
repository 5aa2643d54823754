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
  /** All kinds at the same time. */
  readonly atOnce?: boolean;
}

/** How the minutes are shared out where all kinds have their part. */
const SHARES: Readonly<Record<RedisKind, number>> = { single: 0.55, sentinel: 0.45 };

/** One kind of Redis after the other, or all at once, each with a world of its own, whose promises are checked for themselves. */
export async function runParts(options: PartsOptions): Promise<readonly Report[]> {
  const { kinds, fsync, atOnce = false, ...rest } = options;
  const whole = kinds.reduce((sum, kind) => sum + SHARES[kind], 0);
  const run = async (kind: RedisKind): Promise<Report> => {
    const folder = join(rest.folder, kind);
    await mkdir(folder, { recursive: true });
    const backend = await OPEN[kind](folder, fsync, rest.seed);
    const minutes = (rest.minutes * SHARES[kind]) / whole;
    const part = { ...rest, minutes, folder, backend, rates: PER_MINUTE[kind] };
    return runChaos(part).finally(() => backend.dispose());
  };
  if (atOnce) return Promise.all(kinds.map(run));
  const reports: Report[] = [];
  for (const kind of kinds) reports.push(await run(kind));
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
