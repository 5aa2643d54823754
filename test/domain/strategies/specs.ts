import fc from 'fast-check';
import type { Amount } from '../../../src/domain/model/plan/amount.js';
import type {
  AnalysisUse,
  BlueGreenSpec,
  CanarySpec,
  FeatureFlagSpec,
  GateSetting,
  BlueGreenPromotion,
  RollingSpec,
  StageSettings,
} from '../../../src/domain/model/plan/strategy-spec.js';

/** Specs of every kind as fast-check makes them up; many cannot work, and are refused. */
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const share = fc.integer({ min: 1, max: 100 }).map((n): Amount => `${n}%`);
const amount = fc.oneof(fc.integer({ min: 1, max: 60 }), share);
const time = fc.nat(100);

const gate: fc.Arbitrary<GateSetting> = fc.oneof(
  fc.boolean(),
  fc.record({ timeout: optional(fc.integer({ min: 1, max: 100 })) }),
);
const analysis: fc.Arbitrary<AnalysisUse> = fc.record({
  name: fc.constantFrom('errors', 'latency'),
  mode: optional(fc.constantFrom('inline' as const, 'background' as const)),
  from: optional(fc.integer({ min: 1, max: 3 })),
});
const settings: fc.Arbitrary<StageSettings> = fc.record({
  wait: optional(time),
  gate: optional(gate),
  analyze: optional(fc.constantFrom('errors', 'latency')),
});

/** Rising, with `end` as the last. */
const rising = (end: number): fc.Arbitrary<readonly number[]> =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 })
    .map((stages) => [...stages.filter((n) => n < end).toSorted((a, b) => a - b), end]);

export const rollingSpec: fc.Arbitrary<RollingSpec> = fc.record({
  kind: fc.constant('rolling' as const),
  batchSize: optional(amount),
  delay: optional(time),
  minHealthyTime: optional(time),
  maxUnavailable: optional(amount),
  failureTolerance: optional(fc.nat(3)),
  analysis: optional(analysis),
  pauseAfterFirst: optional(gate),
});

const canaryOf = (traffic: boolean): fc.Arbitrary<CanarySpec> =>
  fc
    .tuple(rising(100), fc.array(settings, { minLength: 7, maxLength: 7 }), fc.boolean())
    .chain(([stages, said, plain]) =>
      fc.record({
        kind: fc.constant('canary' as const),
        stages: fc.constant(
          stages.map((stage, at) =>
            plain ? stage : { ...said[at], [traffic ? 'weight' : 'targets']: stage },
          ),
        ),
        traffic: fc.constant(traffic),
        wait: optional(time),
        successThreshold: optional(fc.double({ min: 0, max: 1, noNaN: true })),
        maxUnavailable: optional(amount),
        analysis: optional(analysis),
      }),
    );
export const targetCanary = canaryOf(false);
export const trafficCanary = canaryOf(true);

/** Capacity apart from traffic. */
export const unevenCanary: fc.Arbitrary<CanarySpec> = fc
  .tuple(rising(100), rising(100))
  .map(([weights, targets]) => ({
    kind: 'canary',
    stages: Array.from({ length: Math.max(weights.length, targets.length) }, (_, at) => ({
      weight: weights[at] ?? 100,
      targets: targets[at] ?? 100,
    })),
  }));

const promotion: fc.Arbitrary<BlueGreenPromotion> = fc.oneof(
  fc.record({ kind: fc.constant('auto' as const), after: optional(time) }),
  fc.record({ kind: fc.constant('gate' as const), timeout: optional(time) }),
);
export const blueGreenSpec: fc.Arbitrary<BlueGreenSpec> = fc.record({
  kind: fc.constant('blue_green' as const),
  batchSize: optional(amount),
  analyze: optional(fc.record({ before: optional(fc.constant('errors')) })),
  promotion: optional(promotion),
  retire: fc.constantFrom('keep' as const, 'remove' as const),
});

export const flagSpec: fc.Arbitrary<FeatureFlagSpec> = fc
  .integer({ min: 1, max: 100 })
  .chain((end) =>
    fc.record({
      kind: fc.constant('feature_flag' as const),
      percentage: fc.constant(end),
      stages: optional(rising(end)),
      batchSize: optional(amount),
      maxUnavailable: optional(amount),
      wait: optional(time),
      analysis: optional(analysis),
    }),
  );

export const anySpec = fc.oneof(
  rollingSpec,
  targetCanary,
  trafficCanary,
  unevenCanary,
  blueGreenSpec,
  flagSpec,
);
