import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Count } from '../../../../src/domain/analysis/statistics/binomial.js';
import {
  chiSquaredGreater,
  fisherGreater,
  moreOften,
} from '../../../../src/domain/analysis/statistics/fisher.js';
import { contrastInterval } from '../../../../src/domain/analysis/judge-rate.js';
import { expectClose } from './close-to.js';

const of = (events: number, trials: number): Count => ({ events, trials });
const counts = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(300))
  .map(([trials, raw]) => of(raw % (trials + 1), trials));

describe('two proportions', () => {
  test('Fisher’s tea: 3 of 4 right beside 1 of 4 wrong is 17 of 70 (The Design of Experiments, 1935)', () => {
    expectClose(fisherGreater(of(3, 4), of(1, 4)), 17 / 70);
  });

  test.each([
    [8, 10, 1, 10, 0.002738747320790664],
    [1, 10, 8, 10, 0.9999404620147654],
    [12, 500, 3, 480, 0.020501528014903164],
    [0, 10, 0, 10, 1],
    [10, 10, 10, 10, 1],
    [4, 5, 5, 5, 1],
    [60, 2_000, 40, 2_100, 0.01482632588255176],
    [900, 20_000, 700, 20_000, 1.8511264890998387e-7],
    [700, 20_000, 900, 20_000, 0.9999998588412362],
  ])('SciPy 1.17.1: stats.fisher_exact of %d of %d, %d of %d, greater', (a, n, c, m, figure) => {
    expectClose(fisherGreater(of(a, n), of(c, m)), figure, 1e-9);
  });

  test.each([
    [12, 500, 3, 480, 0.022623677627891876],
    [3, 480, 12, 500, 0.9773763223721081],
    [60, 2_000, 40, 2_100, 0.014958720612499643],
    [30_500, 900_000, 30_000, 900_000, 0.01952301026559368],
  ])('SciPy 1.17.1: stats.chi2_contingency of %d of %d, %d of %d, halved', (a, n, c, m, figure) => {
    expectClose(chiSquaredGreater(of(a, n), of(c, m)), figure, 1e-9);
  });

  test('says nothing where nothing, or everything, happened', () => {
    expect(chiSquaredGreater(of(0, 10), of(0, 20))).toBe(1);
    expect(chiSquaredGreater(of(10, 10), of(20, 20))).toBe(1);
  });

  test('are tested exactly while that is quick, by χ² where the tail has too many terms', () => {
    expect(moreOften(of(60, 2_000), of(40, 2_100)).test).toBe('fisher');
    const large = moreOften(of(30_500, 900_000), of(30_000, 900_000));
    expect(large.test).toBe('chi_squared');
    expectClose(large.pValue, 0.01952301026559368, 1e-9);
  });

  test('loses no tail to underflow, however far from even the table is', () => {
    expect(fisherGreater(of(0, 20_000), of(19_000, 20_000))).toBe(1);
    expect(fisherGreater(of(1, 20_000), of(19_000, 20_000))).toBe(1);
    expect(fisherGreater(of(19_000, 20_000), of(1, 20_000))).toBe(0);
  });

  test('p is in 0 to 1, falls with more events, and the two sides overlap in what was seen', () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const p = fisherGreater(first, second);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(p + fisherGreater(second, first)).toBeGreaterThanOrEqual(1 - 1e-9);
        if (first.events < first.trials && second.events > 0) {
          const more = of(first.events + 1, first.trials);
          const fewer = of(second.events - 1, second.trials);
          expect(fisherGreater(more, fewer)).toBeLessThanOrEqual(p + 1e-9);
        }
      }),
    );
  });

  test('the interval of their difference holds it, and turns with the sides', () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const seen = first.events / first.trials - second.events / second.trials;
        const [low, high] = contrastInterval(first, second, 1, 0.025);
        const turned = contrastInterval(second, first, 1, 0.025);
        expect(low <= seen && seen <= high && low >= -1 && high <= 1).toBe(true);
        expect(turned[0]).toBeCloseTo(-high, 12);
        expect(turned[1]).toBeCloseTo(-low, 12);
      }),
    );
  });

  test('with Newcombe’s example of 56 of 70 beside 48 of 80 is a little wider than his score interval', () => {
    // Newcombe (1998), table II, method 10: 0.0524 to 0.3339; exact limits of either side can only widen it.
    const [low, high] = contrastInterval(of(56, 70), of(48, 80), 1, 0.025);
    expect(low).toBeGreaterThan(0.03);
    expect(low).toBeLessThan(0.0524);
    expect(high).toBeGreaterThan(0.3339);
    expect(high).toBeLessThan(0.35);
  });
});
