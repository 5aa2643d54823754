import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shiftBetween } from '../../../../src/domain/analysis/statistics/hodges-lehmann.js';
import {
  cliffsDelta,
  mannWhitney,
} from '../../../../src/domain/analysis/statistics/mann-whitney.js';
import { medianInterval } from '../../../../src/domain/analysis/statistics/median-interval.js';
import { expectClose } from './close-to.js';

/** Permeability of the human placenta at term, and at 12 to 26 weeks: Hollander & Wolfe, table 4.1. */
const TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

const series = (count: number, value: (at: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, at) => value(at));
const FINE = [series(40, (i) => ((i * 37) % 101) / 7 + 1), series(35, (i) => ((i * 53) % 97) / 7)];
const TIED = [series(40, (i) => ((i * 37) % 11) + 1), series(35, (i) => (i * 53) % 10)];
const [fineFirst = [], fineSecond = []] = FINE;
const [tiedFirst = [], tiedSecond = []] = TIED;

const samples = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });

describe('Mann and Whitney', () => {
  test.each([
    [[1.2, 3.4, 5.6], [0.5, 2.2, 3.3, 1.1], 0.11428571428571428, 2 / 3],
    [[1, 2, 3], [4, 5, 6], 1, -1],
    [[19, 22, 16, 29, 24], [20, 11, 17, 12], 0.05555555555555555, 0.7],
    [[5], [1, 2, 3, 4], 0.2, 1],
    [TERM, EARLY, 0.1272061272061272, 0.4],
    [EARLY, TERM, 0.8967698967698967, -0.4],
  ])(
    'exact, as SciPy 1.17.1 stats.mannwhitneyu(%j, %j, greater, exact)',
    (first, second, p, delta) => {
      const found = mannWhitney(first, second);
      expect(found.exact).toBe(true);
      expectClose(found.pHigher, p);
      expectClose(cliffsDelta(first, second), delta);
    },
  );

  test.each([
    [[1, 2, 2, 3], [2, 2, 1, 1], 0.32857142857142857],
    [[3, 3, 3, 4, 5], [3, 3, 1, 2], 0.07936507936507936],
    [[1, 1, 1], [1, 1, 1], 1],
  ])(
    'exact with ties, as SciPy 1.17.1 stats.permutation_test over all orders: %j, %j',
    (first, second, p) => {
      expectClose(mannWhitney(first, second).pHigher, p);
    },
  );

  test('approximate, as SciPy 1.17.1 stats.mannwhitneyu(greater, asymptotic), ties or not', () => {
    expect(mannWhitney(fineFirst, fineSecond).exact).toBe(false);
    expectClose(mannWhitney(fineFirst, fineSecond).pHigher, 0.04718349074587506);
    expectClose(mannWhitney(tiedFirst, tiedSecond).pHigher, 0.03176312192240835);
    expectClose(mannWhitney(tiedFirst, tiedSecond).pLower, 0.9689900908865163);
  });

  test('finds nothing in many values that are all alike', () => {
    const same = series(30, () => 7);
    expect(mannWhitney(same, same)).toEqual({ exact: false, pHigher: 1, pLower: 1 });
  });

  test('p is in 0 to 1 and does not rise when the first side does; delta turns with the sides', () => {
    fc.assert(
      fc.property(samples, samples, (first, second) => {
        const { pHigher, pLower } = mannWhitney(first, second);
        expect(pHigher).toBeGreaterThan(0);
        expect(pHigher).toBeLessThanOrEqual(1);
        expect(mannWhitney(second, first).pHigher).toBeCloseTo(pLower, 9);
        expect(cliffsDelta(second, first)).toBeCloseTo(-cliffsDelta(first, second), 12);
        const far = first.map((value) => value + 200);
        expect(mannWhitney(far, second).pHigher).toBeLessThanOrEqual(pHigher + 1e-12);
      }),
    );
  });
});

describe('Hodges and Lehmann', () => {
  test.each([
    [0.025, -0.76, 0.15],
    [0.05, -0.72, 0.08],
    [0.1, -0.7, 0.05],
  ])('the placenta: −0.305, each limit at %d by the counted distribution', (level, low, high) => {
    const { estimate, interval } = shiftBetween(EARLY, TERM, level);
    expectClose(estimate, -0.305);
    expectClose(interval[0], low);
    expectClose(interval[1], high);
  });

  test('of many samples: NumPy’s median of all 1,400 differences, and the 515th from either end', () => {
    const { estimate, interval } = shiftBetween(fineFirst, fineSecond, 0.025);
    expectClose(estimate, 1.7142857142857144);
    expectClose(interval[0], -0.2857142857142856);
    expectClose(interval[1], 3.7142857142857153);
  });

  test('too few samples for the level give all there is', () => {
    expect(shiftBetween([3, 5], [1, 1], 0.01)).toEqual({ estimate: 3, interval: [2, 4] });
  });

  test('is the median of the differences, moves with the samples, and lies in its interval', () => {
    fc.assert(
      fc.property(samples, samples, fc.integer({ min: -99, max: 99 }), (first, second, by) => {
        const { estimate, interval } = shiftBetween(first, second, 0.05);
        const all = first.flatMap((a) => second.map((b) => a - b)).toSorted((a, b) => a - b);
        const middle = all.length / 2;
        const lower = all[Math.ceil(middle) - 1] ?? 0;
        expect(estimate).toBeCloseTo((lower + (all[Math.floor(middle)] ?? 0)) / 2, 9);
        expect(interval[0] <= estimate && estimate <= interval[1]).toBe(true);
        const moved = first.map((value) => value + by);
        expect(shiftBetween(moved, second, 0.05).estimate).toBeCloseTo(estimate + by, 9);
      }),
    );
  });
});

describe('the median', () => {
  test('has the interval of SciPy 1.17.1 stats.quantile_test(...).confidence_interval(0.95)', () => {
    const values = [1.1, 2.2, 3.3, 4.4, 5.5, 6.6, 7.7, 8.8, 9.9, 11];
    const { estimate, interval } = medianInterval(values, 0.025);
    expectClose(estimate, 6.05);
    expect(interval).toEqual([2.2, 9.9]);
  });

  test('of too few values has the widest interval there is', () => {
    expect(medianInterval([3, 1, 2], 0.025)).toEqual({ estimate: 2, interval: [1, 3] });
  });
});
