import { expect, test } from 'vitest';
import { howMany } from '../../support/how-many.js';
import { faultsOf } from './faults.js';
import { Simulation } from './simulation.js';

const RUNS = howMany({ few: 300, full: 3_000 });
const seed = Number(process.env['SIGNALBOX_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

async function simulated(of: number): Promise<Simulation> {
  const run = new Simulation(of);
  await run.run();
  return run;
}

test('workers, queue and rescuer keep every promise in whatever order things happen', async () => {
  console.log(`${RUNS} interleavings, SIGNALBOX_SEED=${seed}`);
  const sum = { steps: 0, calls: 0, deaths: 0, freezes: 0, harms: 0 };
  const ends = new Map<string, number>();
  for (let n = 0; n < RUNS; n++) {
    const run = await simulated(seed + n);
    const faults = await faultsOf(run);
    if (faults.length > 0) {
      const told = [...faults, ...run.scheduler.trace.slice(-400)].join('\n');
      throw new Error(`SIGNALBOX_SEED=${run.seed} repeats this:\n${told}`);
    }
    sum.steps += run.scheduler.trace.length;
    sum.calls += run.targets.calls;
    sum.deaths += run.deaths;
    sum.freezes += run.freezes;
    sum.harms += run.harms;
    for (const { deployment } of run.record.state.deployments.values()) {
      const { status } = deployment.state;
      ends.set(status, (ends.get(status) ?? 0) + 1);
    }
  }
  console.log(sum, Object.fromEntries(ends));
  // Runs in which nothing of this came about would show nothing.
  expect([...ends.keys()].toSorted()).toEqual(['cancelled', 'completed', 'failed', 'rolled_back']);
  expect(Math.min(...Object.values(sum))).toBeGreaterThan(RUNS / 10);
}, 180_000);

test('the same seed is the same run, step by step', async () => {
  for (let n = 0; n < RUNS / 60; n++) {
    const [first, again] = [await simulated(seed + n), await simulated(seed + n)];

    expect(again.scheduler.trace).toEqual(first.scheduler.trace);
  }
  const [one, other] = [await simulated(seed), await simulated(seed + 1)];
  expect(one.scheduler.trace).not.toEqual(other.scheduler.trace);
}, 60_000);
