import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelOfLook } from '../../../../src/domain/analysis/statistics/alpha-spending.js';
import type { Count } from '../../../../src/domain/analysis/statistics/binomial.js';
import {
  differenceSequence,
  evidenceAgainstLimit,
  evidenceAgainstLine,
  logMixture,
  proportionSequence,
} from '../../../../src/domain/analysis/statistics/sequential-proportions.js';
import { expectClose } from './close-to.js';

const of = (events: number, trials: number): Count => ({ events, trials });
const counts = fc
  .tuple(fc.integer({ min: 1, max: 2_000 }), fc.nat(2_000))
  .map(([trials, raw]) => of(raw % (trials + 1), trials));

describe('the mixture martingale', () => {
  test.each([
    [0, 1, 0.5, 0],
    [5, 100, 0.01, 1.59114600382852],
    [30, 600, 0.05, -3.425856967430864],
  ])('of %d in %d at %d, as SciPy 1.17.1 special.betaln has it', (events, trials, p, figure) => {
    expectClose(logMixture(of(events, trials))(p), figure, 1e-10);
  });

  test('averages to one at the true probability: it is a bet that nobody expects to win', () => {
    for (const p of [0.01, 0.2, 0.5]) {
      let probability = (1 - p) ** 40;
      let mean = 0;
      for (let events = 0; events <= 40; events++) {
        mean += probability * Math.exp(logMixture(of(events, 40))(p));
        probability *= ((40 - events) / (events + 1)) * (p / (1 - p));
      }
      expectClose(mean, 1, 1e-9);
    }
  });

  test.each([
    [of(60, 1_000), of(20, 1_000), 1, 0, 3.519290730886368],
    [of(60, 1_000), of(20, 1_000), 1, 0.01, -1.1506293613016894],
    [of(60, 1_000), of(20, 1_000), 1.5, 0, -3.224064188929809],
  ])(
    'is least on the line where SciPy’s optimize.minimize_scalar finds it: %j, %j',
    (a, b, k, offset, figure) => {
      expectClose(evidenceAgainstLine(a, b, k, offset).above, figure, 1e-9);
    },
  );

  test('speaks for one side only, and as strongly when the sides are turned', () => {
    const none = Number.NEGATIVE_INFINITY;
    const worse = evidenceAgainstLine(of(60, 1_000), of(20, 1_000), 1, 0);
    const better = evidenceAgainstLine(of(20, 1_000), of(60, 1_000), 1, 0);
    expect(worse.below).toBe(none);
    expect(better.above).toBe(none);
    expectClose(better.below, worse.above);
    expect(evidenceAgainstLimit(of(5, 100), 0.01).below).toBe(none);
    expect(evidenceAgainstLimit(of(0, 100), 0.01).above).toBe(none);
  });

  test('a limit that nothing can exceed is kept for certain', () => {
    const { above, below } = evidenceAgainstLine(of(9, 10), of(9, 10), 1, 1.5);
    expect([above, below]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe('confidence sequences', () => {
  test('end where SciPy’s optimize.brentq finds the martingale at its bar', () => {
    const [low, high] = proportionSequence(of(30, 600), 0.025);
    expectClose(low, 0.02329054974714509, 1e-9);
    expectClose(high, 0.09077502661840027, 1e-9);
    const [least, most] = differenceSequence(of(60, 1_000), of(20, 1_000), 0.025);
    expectClose(least, -0.0003245980886514632, 1e-5);
    expectClose(most, 0.08525999831566339, 1e-7);
  });

  test('hold what was seen and stay within what is possible', () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const p = first.events / first.trials;
        const [low, high] = proportionSequence(first, 0.025);
        expect(0 <= low && low <= p && p <= high && high <= 1).toBe(true);
        const seen = p - second.events / second.trials;
        const [least, most] = differenceSequence(first, second, 0.025);
        expect(-1 <= least && least <= seen && seen <= most && most <= 1).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the level of each look', () => {
  test('is small at first, large at last, and together just the level', () => {
    const levels = [1, 2, 3, 4].map((look) => levelOfLook(0.04, look, 4, look === 4));
    expect(levels.map((level) => Number(level.toFixed(6)))).toEqual([
      0.0025, 0.0075, 0.0125, 0.0175,
    ]);
  });

  test('spends the rest when the last look comes early, and nothing after its time', () => {
    expectClose(levelOfLook(0.04, 2, 4, true), 0.0375);
    expect(levelOfLook(0.04, 5, 4, false)).toBe(0);
  });
});
