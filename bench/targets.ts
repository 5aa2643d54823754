/**
 * What one target costs in plans of 100, 1,000 and 10,000, with a driver that
 * does nothing: CPU time of a deployment, and of its way back, in one process
 * without a queue. `npx tsx bench/targets.ts`
 */
import { createLibrary } from '../src/app/library/create-library.js';
import type { TargetDriver } from '../src/domain/ports/target-driver.js';
import { ok } from '../src/domain/model/result.js';
import type { StrategySpec } from '../src/domain/model/plan/strategy-spec.js';

const SIZES = [100, 1_000, 10_000];
/** The least of so many is told: what else the machine does only ever adds. */
const RUNS = 3;

const driver: TargetDriver = {
  ...{ kind: 'nothing', fences: true, removes: true, timeoutMs: 1_000 },
  apply: async () => ok({}),
  settle: async () => 0,
};

const STRATEGIES: Readonly<Record<string, StrategySpec>> = {
  'one at a time, one may be away': { kind: 'rolling', batchSize: 1, maxUnavailable: 1 },
  'fifty at a time': { kind: 'rolling', batchSize: 50, maxUnavailable: 50 },
  'all at once': { kind: 'rolling', batchSize: '100%' },
};

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Milliseconds a target, there and back. */
async function measure(strategy: StrategySpec, size: number): Promise<readonly [number, number]> {
  const targets = Array.from({ length: size }, (_, at) => ({ id: `t-${at + 1}` }));
  const { manager } = createLibrary({ driver, strategy, targets: { api: targets } });
  await manager.deploy('api', '1.0.0');
  const there = await cpuMs(() => manager.deploy('api', '2.0.0'));
  const back = await cpuMs(() => manager.rollback('api'));
  return [there / size, back / size];
}

for (const [name, strategy] of Object.entries(STRATEGIES)) {
  process.stdout.write(`${name}\n`);
  let thousand: readonly [number, number] | null = null;
  for (const size of SIZES) {
    const runs: (readonly [number, number])[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measure(strategy, size));
    const least = [0, 1].map((way) => Math.min(...runs.map((each) => each[way] ?? 0)));
    const [there = 0, back = 0] = least;
    if (size === 1_000) thousand = [there, back];
    const ratio = (now: number, way: 0 | 1): string =>
      thousand === null ? '' : ` (${(now / thousand[way]).toFixed(2)} of what 1,000 cost)`;
    const told = [
      `${there.toFixed(3)} ms${ratio(there, 0)}`,
      `${back.toFixed(3)} ms${ratio(back, 1)}`,
    ];
    process.stdout.write(`  ${String(size).padStart(6)} targets: ${told.join(', back ')}\n`);
  }
}
