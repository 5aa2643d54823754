import type { Amount } from '../../src/domain/strategies/amount.js';
import type {
  AnalysisUse,
  CanarySpec,
  GateSetting,
  StrategySpec,
} from '../../src/domain/strategies/strategy-spec.js';
import type { StepSpec } from '../../src/domain/strategies/step-spec.js';
import { between, type Chance, often, pick, some } from './chance.js';
import type { Scenery } from './stage.js';

/** Strategies for a handful of targets, of which most can be carried out; four of five set a floor. */
export function drawStrategy(chance: Chance, { coloured, router }: Scenery): StrategySpec {
  const kinds = [rolling, targetCanary, rolling, featureFlag, custom] as const;
  if (router === 'none') return pick(chance, kinds)(chance);
  if (coloured) {
    return pick(chance, [blueGreen, blueGreen, weightCanary, rolling, custom] as const)(chance);
  }
  return pick(chance, [...kinds, weightCanary, weightCanary, bothCanary] as const)(chance);
}

const amount = (chance: Chance): Amount => pick<Amount>(chance, [1, 1, 2, 3, '50%', '100%']);
const room = (chance: Chance): Amount | undefined =>
  often(chance, 0.8) ? pick<Amount>(chance, [1, 1, 1, 2, '50%']) : undefined;
const time = (chance: Chance): number => pick(chance, [0, 2_000, 30_000]);
const maybe = <T>(chance: Chance, likelihood: number, make: () => T): T | undefined =>
  often(chance, likelihood) ? make() : undefined;

function gate(chance: Chance): GateSetting {
  if (often(chance, 0.5)) return true;
  return {
    timeout: pick(chance, [5_000, 40_000]),
    onTimeout: pick(chance, ['promote', 'abort'] as const),
  };
}

const analysis = (chance: Chance): AnalysisUse => ({
  name: 'errors',
  mode: pick(chance, ['inline', 'background'] as const),
});

const batches = (chance: Chance) => ({
  batchSize: maybe(chance, 0.6, () => amount(chance)),
  maxUnavailable: room(chance),
  failureTolerance: maybe(chance, 0.4, () => between(chance, 0, 2)),
});

const rolling = (chance: Chance): StrategySpec => ({
  kind: 'rolling',
  ...batches(chance),
  delay: maybe(chance, 0.4, () => time(chance)),
  minHealthyTime: maybe(chance, 0.3, () => time(chance)),
  pauseAfterFirst: maybe(chance, 0.2, () => gate(chance)),
  analysis: maybe(chance, 0.2, () => analysis(chance)),
});

const paceOf = (chance: Chance): Partial<CanarySpec> => ({
  analysis: maybe(chance, 0.2, () => analysis(chance)),
  wait: maybe(chance, 0.4, () => time(chance)),
  successThreshold: pick(chance, [0.4, 0.95, 1]),
  maxUnavailable: room(chance),
});

const stageOf = (chance: Chance) => ({
  wait: maybe(chance, 0.3, () => time(chance)),
  gate: maybe(chance, 0.2, () => gate(chance)),
});

const reaches = (chance: Chance): readonly number[] =>
  pick<readonly number[]>(chance, [[50, 100], [10, 50, 100], [30, 60, 100], [100]]);

const targetCanary = (chance: Chance): StrategySpec => ({
  kind: 'canary',
  ...paceOf(chance),
  stages: reaches(chance).map((targets) => ({ targets, ...stageOf(chance) })),
});

const weightCanary = (chance: Chance): StrategySpec => ({
  kind: 'canary',
  ...paceOf(chance),
  stages: reaches(chance).map((weight) => ({ weight, ...stageOf(chance) })),
});

/** Capacity first, traffic later. */
const bothCanary = (chance: Chance): StrategySpec => ({
  kind: 'canary',
  ...paceOf(chance),
  stages: [
    { targets: 40, weight: 10, ...stageOf(chance) },
    { targets: pick(chance, [40, 70]), weight: 50, ...stageOf(chance) },
    { targets: 100, weight: 100 },
  ],
});

const blueGreen = (chance: Chance): StrategySpec => ({
  kind: 'blue_green',
  batchSize: maybe(chance, 0.4, () => amount(chance)),
  analyze: maybe(chance, 0.2, () => ({ before: 'errors', after: 'errors' })),
  promotion: maybe(chance, 0.4, () =>
    often(chance, 0.5)
      ? { kind: 'auto', after: time(chance) }
      : { kind: 'gate', timeout: maybe(chance, 0.5, () => 20_000) },
  ),
  retire: pick(chance, ['keep', 'keep', 'remove'] as const),
});

const featureFlag = (chance: Chance): StrategySpec => ({
  kind: 'feature_flag',
  ...batches(chance),
  stages: pick<readonly number[]>(chance, [[1, 10, 100], [50, 100], [5]]),
  analysis: maybe(chance, 0.2, () => analysis(chance)),
  wait: maybe(chance, 0.4, () => time(chance)),
});

/** What stands before, between and behind two deploys. */
function filler(chance: Chance): StepSpec {
  return pick<() => StepSpec>(chance, [
    () => ({ kind: 'wait', for: time(chance) }),
    () => ({ kind: 'set_flag', flag: 'f', percent: pick(chance, [0, 20, 100]) }),
    () => ({ kind: 'shift', percent: pick(chance, [10, 50, 100]) }),
    () => ({ kind: 'analyze', analysis: 'errors' }),
    () => ({ kind: 'check' }),
    () => ({ kind: 'check' }),
  ])();
}

const custom = (chance: Chance): StrategySpec => ({
  kind: 'steps',
  partial: true,
  maxUnavailable: room(chance),
  failureTolerance: maybe(chance, 0.3, () => 1),
  steps: [
    { kind: 'deploy', targets: pick<Amount>(chance, [1, 2, '50%']) },
    ...some(chance, 3, () => filler(chance)),
    ...some(chance, 1, (): StepSpec => ({ kind: 'gate', name: 'go' })),
    ...some(chance, 1, (): StepSpec => ({ kind: 'deploy', targets: 'rest' })),
    ...some(chance, 2, () => filler(chance)),
  ],
});
