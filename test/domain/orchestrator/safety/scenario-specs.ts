import fc from 'fast-check';
import type { GateSetting, StrategySpec } from '../../../../src/domain/strategies/strategy-spec.js';
import type { StepSpec } from '../../../../src/domain/strategies/step-spec.js';

/** Specs for a handful of targets, of which most can be carried out. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const time = fc.constantFrom(0, 2_000, 30_000);
const gate: fc.Arbitrary<GateSetting> = fc.oneof(
  fc.constant(true),
  fc.record({
    timeout: fc.constantFrom(5_000, 40_000),
    onTimeout: fc.constantFrom('promote' as const, 'abort' as const),
  }),
);
const analysis = fc.record({
  name: fc.constant('errors'),
  mode: fc.constantFrom('inline' as const, 'background' as const),
});
const amount = fc.constantFrom(1, 2, 3, '50%' as const, '100%' as const);
const batches = {
  batchSize: sometimes(amount),
  maxUnavailable: sometimes(amount),
  failureTolerance: sometimes(fc.constantFrom(0, 1, 2)),
};

export const rolling: fc.Arbitrary<StrategySpec> = fc.record({
  kind: fc.constant('rolling' as const),
  ...batches,
  delay: sometimes(time),
  minHealthyTime: sometimes(time),
  pauseAfterFirst: sometimes(gate),
  analysis: sometimes(analysis),
});

const stages = fc.constantFrom([50, 100], [10, 50, 100], [30, 60, 100], [100]);
export const canary = (key: 'targets' | 'weight'): fc.Arbitrary<StrategySpec> =>
  fc.record({
    kind: fc.constant('canary' as const),
    stages: fc
      .tuple(
        stages,
        fc.array(fc.tuple(sometimes(time), sometimes(gate)), { minLength: 3, maxLength: 3 }),
      )
      .map(([reach, said]) =>
        reach.map((value, at) => ({ [key]: value, wait: said[at]?.[0], gate: said[at]?.[1] })),
      ),
    analysis: sometimes(analysis),
    wait: sometimes(time),
    successThreshold: fc.constantFrom(0.4, 0.95, 1),
    maxUnavailable: sometimes(amount),
  });

export const blueGreen: fc.Arbitrary<StrategySpec> = fc.record({
  kind: fc.constant('blue_green' as const),
  batchSize: sometimes(amount),
  analyze: sometimes(
    fc.record({
      before: sometimes(fc.constant('errors')),
      after: sometimes(fc.constant('errors')),
    }),
  ),
  promotion: sometimes(
    fc.oneof(
      fc.record({ kind: fc.constant('auto' as const), after: time }),
      fc.record({ kind: fc.constant('gate' as const), timeout: sometimes(fc.constant(20_000)) }),
    ),
  ),
  retire: fc.constantFrom('keep' as const, 'remove' as const, 'remove' as const),
});

export const featureFlag: fc.Arbitrary<StrategySpec> = fc.record({
  kind: fc.constant('feature_flag' as const),
  ...batches,
  stages: fc.constantFrom([1, 10, 100], [50, 100], [5]),
  analysis: sometimes(analysis),
  wait: sometimes(time),
});

/** What stands before, between and behind two deploys. */
const filler: fc.Arbitrary<StepSpec> = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), for: time }),
  fc.record({
    kind: fc.constant('set_flag' as const),
    flag: fc.constant('f'),
    percent: fc.constantFrom(0, 20, 100),
  }),
  fc.record({ kind: fc.constant('shift' as const), percent: fc.constantFrom(10, 50, 100) }),
  fc.record({ kind: fc.constant('analyze' as const), analysis: fc.constant('errors') }),
  fc.constant({ kind: 'check' } as const),
);
export const custom: fc.Arbitrary<StrategySpec> = fc
  .tuple(
    fc.constantFrom(1, 2, '50%' as const),
    fc.array(filler, { maxLength: 3 }),
    fc.array(filler, { maxLength: 2 }),
    sometimes(amount),
    fc.boolean(),
  )
  .map(([first, between, behind, maxUnavailable, gated]) => ({
    kind: 'steps' as const,
    partial: true,
    maxUnavailable,
    steps: [
      { kind: 'deploy' as const, targets: first },
      ...between,
      ...(gated ? [{ kind: 'gate' as const, name: 'go' }] : []),
      { kind: 'deploy' as const, targets: 'rest' as const },
      ...behind,
    ],
  }));
