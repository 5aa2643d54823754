import { expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import type { AnalysisSpec, MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import type { MetricSource } from '../../../src/domain/ports/metric-source.js';
import { ok } from '../../../src/domain/model/result.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { aWorld } from './world.js';

const FLAG = 'new-page';
/** Some hundred rounds. */
const LONG = 2_000;

/** A flag that is widened beside an analysis of those who have it and those who do not, and a gate when all have it. */
async function atTheLastGate() {
  const flags = new MemoryFlagStore();
  const bad = { on: 1 };
  const source: MetricSource = {
    kind: 'fake',
    query: async ({ query }) => {
      const read = await flags.read(FLAG, new AbortController().signal);
      const everybody = read.ok && read.value?.percent === 100;
      if (query !== 'off') return ok({ values: [bad.on], notNumbers: 0, series: 1 });
      return everybody
        ? ok({ values: [], notNumbers: 0, series: 0 })
        : ok({ values: [1], notNumbers: 0, series: 1 });
    },
  };
  const [limited] = anAnalysis('errors').metrics;
  const beside: MetricRule = {
    ...limited,
    ...{ kind: 'threshold', failureLimit: 0, name: 'beside', query: 'on', baselineQuery: 'off' },
    against: { kind: 'baseline', baseline: 'stable', margin: { kind: 'absolute', by: 1 } },
  };
  const alone: MetricRule = {
    ...limited,
    ...{ kind: 'threshold', failureLimit: 0 },
    against: { kind: 'limit', limit: 5 },
  };
  const spec: AnalysisSpec = { ...anAnalysis('errors'), metrics: [beside, alone], count: 4 };
  const strategy: StrategySpec = {
    ...{ kind: 'feature_flag', flag: FLAG, wait: 100 },
    stages: [10, { percent: 100, gate: true }],
    analysis: { name: 'errors', mode: 'background' },
  };
  const world = aWorld({
    runtime: { flags, metrics: () => source },
    fixture: { strategy, analyses: [spec] },
  });
  await world.live('0.9.0', { strategy: { kind: 'rolling' } });
  const { id } = await world.planned();
  for (;;) {
    const { state } = await world.load(id);
    if (state.status === 'executing' && state.gate !== undefined) break;
    const ending = await world.orchestrator.advance('execute', id);
    if (ending.kind !== 'wait_until') throw new Error(`it does not wait: ${ending.kind}`);
    await world.clock.sleep(Math.max(0, ending.until - world.clock.now()));
  }
  const until = world.clock.now() + LONG;
  while (world.clock.now() < until) {
    const ending = await world.orchestrator.advance('execute', id);
    if (ending.kind !== 'wait_until') break;
    await world.clock.sleep(Math.min(ending.until - world.clock.now(), until - world.clock.now()));
  }
  return { ...world, id, bad };
}

test('a long gate when everybody has the flag leaves the verdict on what was compared before', async () => {
  const world = await atTheLastGate();
  await world.order(world.id, { type: 'promote', by: 'ann', all: false });
  const ended = await world.finish(world.id);

  expect(ended.state.status).toBe('completed');
  const [its] = Object.values(ended.analyses);
  expect(its?.report).toMatchObject({ verdict: 'healthy' });
  expect(its?.report?.metrics.map(({ basis, verdict }) => [basis, verdict])).toEqual([
    ['measured', 'healthy'],
    ['measured', 'healthy'],
  ]);
});

test('what gets bad at that gate is seen by what has a limit of its own', async () => {
  const world = await atTheLastGate();
  world.bad.on = 9;
  await world.order(world.id, { type: 'promote', by: 'ann', all: false });

  expect((await world.finish(world.id)).state.status).toBe('rolled_back');
});
