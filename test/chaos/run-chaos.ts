import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Actions } from './actions.js';
import { checkAll } from './checks/check-all.js';
import { drillDeaths, drillZombies } from './drill.js';
import { type ChaosWorld, openWorld } from './open-world.js';
import type { RedisBackend } from './redis-backend.js';
import type { Report } from './report.js';
import { type Planned, type Rates, scheduleOf } from './schedule.js';
import { settle } from './settle.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly folder: string;
  readonly backend: RedisBackend;
  /** What is done to the system, and how often in a minute. */
  readonly rates: Rates;
  readonly workers?: number;
  readonly services?: number;
  readonly log?: (line: string) => void;
}

/** A rollback that began at the last moment may take as long as its deadline; a busy machine takes longer. */
const SETTLE_MS = 600_000;
/** The part of a run in which everything goes wrong; in the rest it settles, and workers die one at a time. */
const STORM = 0.8;
const [LEAST_DEATHS, MOST_DEATHS, ZOMBIES] = [3, 30, 1];

/** One run: everything goes wrong at once for so long, and then everything must be right. */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { minutes, seed, folder, backend, rates } = options;
  const { workers = 4, services = 40, log = () => {} } = options;
  const world = await openWorld({ seed, folder, backend, workers, services });
  const { pool, observer, publishers, orders, delivery, actions, fleet, files, targets } = world;
  try {
    await pool.start();
    log(`${workers} workers, ${services} services, seed ${seed}: ${folder}`);
    await carryOut(actions, scheduleOf(seed, STORM * minutes, rates));
    await calm(world);
    log('the faults are over');
    const settled = await settle(observer, orders, SETTLE_MS);
    log(`settled in ${settled.ms} ms`);
    const calmSince = Date.now();
    const deaths = Math.round(Math.min(MOST_DEATHS, Math.max(LEAST_DEATHS, minutes)));
    await drillDeaths(deaths, world);
    await drillZombies(ZOMBIES, world);
    const settledAgain = await settle(observer, orders, SETTLE_MS);
    await pool.stop();
    await targets.post('/world/lift', {});
    const checked = await checkAll({ observer, fleet, targets, files, publishers, actions, pool });
    await writeFile(join(folder, 'checked.json'), JSON.stringify(checked, null, 1));
    return {
      ...checked,
      ...{ seed, minutes, folder, workers, services, backend: backend.kind, calmSince },
      settled: [settled, settledAgain],
      ...{ promotions: backend.promotions(), outages: backend.outages },
      counts: { actions: actions.done, pool, publishers, orders, delivery },
    };
  } finally {
    await world.close();
  }
}

/** Does what the schedule says, when it says so; what takes its time goes on beside the rest. */
async function carryOut(actions: Actions, schedule: readonly Planned[]): Promise<void> {
  const begun = performance.now();
  const under: Promise<void>[] = [];
  for (const { at, kind } of schedule) {
    const wait = at - (performance.now() - begun);
    if (wait > 0) await delay(wait);
    under.push(actions.perform(kind));
  }
  await Promise.all(under);
}

async function calm({ lines, targets, pool }: ChaosWorld): Promise<void> {
  for (const line of lines) line.speak();
  await targets.post('/calm', {});
  await pool.relieve();
  // Those that stood still are dead by now: no call of theirs comes any more.
  await targets.post('/world/lift', {});
}
