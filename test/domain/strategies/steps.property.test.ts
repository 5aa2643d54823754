import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/ids.js';
import type { Step } from '../../../src/domain/plan/step.js';
import { amountOf } from '../../../src/domain/strategies/amount.js';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import type {
  Amount,
  CanarySpec,
  RollingSpec,
} from '../../../src/domain/strategies/strategy-spec.js';
import { inputOf } from './sketch.js';

const share = fc.integer({ min: 1, max: 100 }).map((n): Amount => `${n}%`);
const amount = fc.oneof(fc.integer({ min: 1, max: 60 }), share);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const rolling: fc.Arbitrary<RollingSpec> = fc.record({
  kind: fc.constant('rolling' as const),
  batchSize: optional(amount),
  delay: optional(fc.nat(100)),
  minHealthyTime: optional(fc.nat(100)),
  maxUnavailable: optional(amount),
  failureTolerance: optional(fc.nat(3)),
});
const canary: fc.Arbitrary<CanarySpec> = fc.record({
  kind: fc.constant('canary' as const),
  stages: optional(
    fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 })
      .map((stages) => [...stages.toSorted((a, b) => a - b), 100]),
  ),
  wait: optional(fc.nat(100)),
  successThreshold: optional(fc.double({ min: 0, max: 1, noNaN: true })),
});
const count = fc.integer({ min: 1, max: 60 });

const batches = (steps: readonly Step[]): readonly (readonly TargetId[])[] =>
  steps.flatMap((step) => (step.kind === 'deploy' ? [step.targets] : []));

describe('whatever is asked of a strategy', () => {
  test('each target is deployed to exactly once, in order, or the plan is refused', () => {
    fc.assert(
      fc.property(fc.oneof(rolling, canary), count, fc.boolean(), (spec, total, checked) => {
        const input = inputOf(total, checked);
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);

        expect(batches(steps.value).flat()).toEqual(input.targets);
      }),
    );
  });

  test('no batch takes more targets out of service than may be', () => {
    fc.assert(
      fc.property(rolling, count, (spec, total) => {
        const steps = compileSteps(spec, inputOf(total));
        fc.pre(steps.ok);
        const limit = amountOf(spec.maxUnavailable ?? total, total, 'down');
        const size = amountOf(spec.batchSize ?? 1, total, 'up');

        for (const batch of batches(steps.value)) {
          expect(batch.length).toBeLessThanOrEqual(Math.min(limit, size));
        }
      }),
    );
  });

  test('a canary stage reaches its share, rounded up, and never less than one target', () => {
    fc.assert(
      fc.property(canary, count, (spec, total) => {
        const steps = compileSteps(spec, inputOf(total));
        fc.pre(steps.ok);
        const reached: number[] = [];
        for (const batch of batches(steps.value)) {
          reached.push((reached.at(-1) ?? 0) + batch.length);
        }
        const stages = spec.stages ?? [10, 25, 50, 100];
        const wanted = stages.map((stage) => Math.max(1, Math.ceil((stage * total) / 100)));

        expect(reached).toEqual([...new Set(wanted)]);
      }),
    );
  });

  test('a service without checks has no check steps, one with checks has one behind every batch', () => {
    fc.assert(
      fc.property(fc.oneof(rolling, canary), count, (spec, total) => {
        const bare = compileSteps(spec, inputOf(total, false));
        const checked = compileSteps(spec, inputOf(total, true));
        fc.pre(bare.ok && checked.ok);

        expect(bare.value.some(({ kind }) => kind === 'check')).toBe(false);
        for (const [at, step] of checked.value.entries()) {
          if (step.kind !== 'deploy') continue;
          expect(checked.value[at + 1]).toMatchObject({ kind: 'check', targets: step.targets });
        }
      }),
    );
  });
});
