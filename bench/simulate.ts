/**
 * How long it takes to simulate a canary over 1,000 targets with hours of waits
 * and analyses: `npx tsx bench/simulate.ts`. Starting Node is not in it.
 */
import { performance } from 'node:perf_hooks';
import { simulate } from '../src/app/simulation/simulation.js';
import type { SimulationRequest } from '../src/app/simulation/simulation.js';
import { simulationView } from '../src/contracts/views/simulation-view.js';

const RUNS = 15;

const cases: Readonly<Record<string, SimulationRequest>> = {
  'waits of 2 h': {
    spec: { targets: 1_000, strategy: { kind: 'canary', stages: [1, 10, 50, 100], wait: '2h' } },
  },
  'and checks, an analysis at each stage, calls of 2 to 20 s, a worker that dies': {
    spec: {
      targets: 1_000,
      checks: [{ kind: 'tcp', name: 'up', address: '{target.address}' }],
      strategy: {
        ...{ kind: 'canary', stages: [1, 10, 50, 100], wait: '2h', analysis: { name: 'errors' } },
      },
      analyses: {
        errors: {
          ...{ interval: '1m', count: 30 },
          metrics: [
            {
              ...{ kind: 'rate', name: 'errors', source: 'prometheus', baseline: 'stable' },
              ...{ query: 'errors{v="{version}"}', total: 'all{v="{version}"}', maxIncrease: 0.01 },
            },
          ],
        },
      },
    },
    callTime: '2s..20s',
    faults: ['worker=9'],
  },
};

for (const [name, request] of Object.entries(cases)) {
  const times: number[] = [];
  let said = '';
  for (let run = 0; run < RUNS; run++) {
    const from = performance.now();
    const { timeline, outcome } = simulationView(await simulate(request));
    times.push(performance.now() - from);
    const hours = (outcome.durationMs / 3_600_000).toFixed(1);
    said = `${outcome.state} after ${hours} h, ${timeline.length} events`;
  }
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  process.stdout.write(
    `${name}: ${said}; first run ${first.toFixed(0)} ms, median of ${RUNS} ${median.toFixed(0)} ms\n`,
  );
}
