import type { Amount } from '../../src/domain/model/plan/amount.js';
import type {
  AnalysisUse,
  CanarySpec,
  GateSetting,
  StrategySpec,
} from '../../src/domain/model/plan/strategy-spec.js';
import type { StepSpec } from '../../src/domain/model/plan/step-spec.js';
import { between, type Chance, often, pick, some } from '../support/chance.js';
import type { Scenery } from './stage.js';

/** Strategies for a handful of targets, of which most can be carried out; four of five set a floor. */
export function drawStrategy(chance: Chance, scenery: Scenery): StrategySpec {
  const { coloured, router, targets } = scenery;
  const kinds = [rolling, targetCanary, rolling, featureFlag, custom] as const;
  if (router === 'none' || targets < 2) return pick(chance, kinds)(chance, scenery);
  const beside = [blueGreen, blueGreen, weightCanary, rolling, custom] as const;
  const inPlace = [...kinds, weightCanary, weightCanary, bothCanary] as const;
  return pick(chance, coloured ? beside : inPlace)(chance, scenery);
}

const amount = (chance: Chance): Amount => pick<Amount>(chance, [1, 1, 2, 3, '50%', '100%']);
const room = (chance: Chance, { targets }: Scenery): Amount | undefined =>
  often(chance, 0.8) ? pick<Amount>(chance, [1, 1, 1, 2, targets > 1 ? '50%' : 1]) : undefined;
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

const batches = (chance: Chance, scenery: Scenery) => ({
  batchSize: maybe(chance, 0.6, () => amount(chance)),
  maxUnavailable: room(chance, scenery),
  failureTolerance: maybe(chance, 0.4, () => Math.min(between(chance, 0, 2), scenery.targets - 1)),
});

const rolling = (chance: Chance, scenery: Scenery): StrategySpec => ({
  kind: 'rolling',
  ...batches(chance, scenery),
  delay: maybe(chance, 0.4, () => time(chance)),
  minHealthyTime: maybe(chance, 0.3, () => time(chance)),
  pauseAfterFirst: maybe(chance, 0.2, () => gate(chance)),
  analysis: maybe(chance, 0.2, () => analysis(chance)),
});

const paceOf = (chance: Chance, scenery: Scenery): Partial<CanarySpec> => ({
  analysis: maybe(chance, 0.2, () => analysis(chance)),
  wait: maybe(chance, 0.4, () => time(chance)),
  successThreshold: pick(chance, [0.4, 0.95, 1]),
  maxUnavailable: room(chance, scenery),
});

const stageOf = (chance: Chance) => ({
  wait: maybe(chance, 0.3, () => time(chance)),
  gate: maybe(chance, 0.2, () => gate(chance)),
});

const reaches = (chance: Chance): readonly number[] =>
  pick<readonly number[]>(chance, [[50, 100], [10, 50, 100], [30, 60, 100], [100]]);

const targetCanary = (chance: Chance, scenery: Scenery): StrategySpec => ({
  kind: 'canary',
  ...paceOf(chance, scenery),
  stages: reaches(chance).map((targets) => ({ targets, ...stageOf(chance) })),
});

const weightCanary = (chance: Chance, scenery: Scenery): StrategySpec => ({
  kind: 'canary',
  ...paceOf(chance, scenery),
  stages: pick<readonly number[]>(chance, [
    [50, 100],
    [10, 50, 100],
    [30, 60, 100],
  ]).map((weight) => ({ weight, ...stageOf(chance) })),
});

/** Capacity first, traffic later. */
const bothCanary = (chance: Chance, scenery: Scenery): StrategySpec => ({
  kind: 'canary',
  ...paceOf(chance, scenery),
  stages: [
    { targets: 40, weight: 10, ...stageOf(chance) },
    // Somebody has to have the old version as long as it gets traffic.
    { targets: scenery.targets > 3 ? pick(chance, [40, 70]) : 40, weight: 50, ...stageOf(chance) },
    { targets: 100, weight: 100 },
  ],
});

const blueGreen = (chance: Chance, scenery: Scenery): StrategySpec => ({
  kind: 'blue_green',
  batchSize: maybe(chance, 0.4, () => amount(chance)),
  analyze: maybe(chance, 0.2, () => ({ before: 'errors', after: 'errors' })),
  promotion: maybe(chance, 0.4, () =>
    often(chance, 0.5)
      ? { kind: 'auto', after: time(chance) }
      : { kind: 'gate', timeout: maybe(chance, 0.5, () => 20_000) },
  ),
  retire: scenery.removes && often(chance, 0.5) ? 'remove' : 'keep',
  maxUnavailable: maybe(chance, 0.5, () => pick<Amount>(chance, [0, 1, '50%'])),
});

const featureFlag = (chance: Chance, scenery: Scenery): StrategySpec => ({
  kind: 'feature_flag',
  flag: { restart: true },
  ...batches(chance, scenery),
  stages: pick<readonly number[]>(chance, [[1, 10, 100], [50, 100], [5]]),
  analysis: maybe(chance, 0.2, () => analysis(chance)),
  wait: maybe(chance, 0.4, () => time(chance)),
});

/** What stands between and behind two deploys. */
function filler(chance: Chance, { router }: Scenery): StepSpec {
  const wait = (): StepSpec => ({ kind: 'wait', for: time(chance) });
  const shift = (): StepSpec => ({ kind: 'shift', percent: pick(chance, [10, 50, 100, 100]) });
  return pick<() => StepSpec>(chance, [
    wait,
    () => ({
      kind: 'set_flag',
      flag: { name: 'f', restart: true },
      percent: pick(chance, [0, 20, 100]),
    }),
    router === 'none' ? wait : shift,
    router === 'none' ? wait : shift,
    () => ({ kind: 'analyze', analysis: 'errors' }),
  ])();
}

function custom(chance: Chance, scenery: Scenery): StrategySpec {
  const check: readonly StepSpec[] = scenery.checked ? [{ kind: 'check' }] : [];
  const first = pick<Amount>(chance, scenery.targets > 2 ? [1, 2, '50%'] : [1]);
  const rest = scenery.targets > 1 && often(chance, 0.5);
  return {
    kind: 'steps',
    partial: true,
    maxUnavailable: often(chance, 0.5) ? first : undefined,
    failureTolerance: maybe(chance, 0.3, () => Math.min(1, scenery.targets - 1)),
    steps: [
      { kind: 'deploy', targets: first },
      ...check,
      ...some(chance, 3, () => filler(chance, scenery)),
      ...some(chance, 1, (): StepSpec => ({ kind: 'gate', name: 'go' })),
      ...(rest ? ([{ kind: 'deploy', targets: 'rest' }, ...check] as const) : []),
      ...some(chance, 2, () => filler(chance, scenery)),
    ],
  };
}
