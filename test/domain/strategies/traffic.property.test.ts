import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/model/ids.js';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import type { StrategyInput } from '../../../src/domain/strategies/parts/strategy.js';
import { anySpec, trafficCanary, unevenCanary } from './specs.js';
import {
  batches,
  newPart,
  of,
  RUNS,
  sharesAfter,
  situation,
  walked,
  withColours,
} from './walked.js';

describe('whatever traffic is moved', () => {
  const shifted = fc.tuple(fc.oneof(trafficCanary, unevenCanary, anySpec), situation);

  test('with colours, traffic is moved to the idle one, and the live one is not touched', () => {
    fc.assert(
      fc.property(fc.oneof(trafficCanary, unevenCanary), withColours, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok && input.colours !== null);

        expect(batches(steps.value).flat()).toEqual(input.colours.idle);
      }),
      RUNS,
    );
  });

  test('a shift never leaves a part of the traffic to nobody, and names no target twice', () => {
    fc.assert(
      fc.property(shifted, ([spec, input]) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        for (const { to, from, percent } of of(steps.value, 'shift')) {
          expect(to.length).toBeGreaterThan(0);
          expect(from.length > 0 || percent === 100).toBe(true);
          expect(percent >= 0 && percent <= 100).toBe(true);
          expect(new Set([...to, ...from]).size).toBe(to.length + from.length);
        }
      }),
      RUNS,
    );
  });

  test('the part of the new version rises to all of it', () => {
    fc.assert(
      fc.property(shifted, ([spec, input]) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok && of(steps.value, 'shift').length > 0);
        let part = 0;
        walked(steps.value, (step, deployed) => {
          if (step.kind !== 'shift') return;
          const next = newPart(step, deployed);
          expect(next).toBeGreaterThanOrEqual(part - 1e-3);
          part = next;
        });

        expect(part).toBeCloseTo(100);
      }),
      RUNS,
    );
  });

  test('no target gets any between the beginning of its deployment and its check', () => {
    fc.assert(
      fc.property(shifted, ([spec, given]) => {
        const input: StrategyInput = { ...given, checked: true };
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok && of(steps.value, 'shift').length > 0);
        const unseen = new Set<TargetId>();
        let shares: ReadonlyMap<TargetId, number> = new Map(
          (input.colours?.live ?? input.targets).map((id) => [id, 1] as const),
        );
        for (const step of steps.value) {
          if (step.kind === 'deploy') for (const id of step.targets) unseen.add(id);
          if (step.kind === 'check') for (const id of step.targets) unseen.delete(id);
          if (step.kind === 'shift') shares = sharesAfter(step);
          for (const id of unseen) expect(shares.get(id) ?? 0).toBe(0);
        }
      }),
      RUNS,
    );
  });

  test('in the end it is even over all that have the version', () => {
    fc.assert(
      fc.property(shifted, ([spec, input]) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        const last = of(steps.value, 'shift').at(-1);
        fc.pre(last !== undefined);

        expect(last.to.toSorted()).toEqual(batches(steps.value).flat().toSorted());
      }),
      RUNS,
    );
  });
});
