import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  binomialHead,
  binomialTail,
  clopperPearson,
} from '../../../../src/domain/analysis/statistics/binomial.js';
import { bisect } from '../../../../src/domain/analysis/statistics/bisect.js';
import {
  chiSquaredTail,
  normalQuantile,
  normalTail,
} from '../../../../src/domain/analysis/statistics/normal.js';
import {
  incompleteBeta,
  logGamma,
  upperIncompleteGamma,
} from '../../../../src/domain/analysis/statistics/special-functions.js';
import { expectClose } from './close-to.js';

/** Figures: SciPy 1.17.1, by the call named in each title. */
describe('distributions agree with SciPy', () => {
  test.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1, 0],
    [2.5, 0.2846828704729192],
    [14.9, 24.924132002217277],
    [15, 25.191221182738683],
    [100, 359.1342053695754],
    [12345.678, 103959.91990554606],
    [1e7, 151180949.36947393],
  ])('special.gammaln(%d)', (x, figure) => {
    expectClose(logGamma(x), figure, 1e-12);
  });

  test.each([
    [0.1, 0.5, 0.5, 0.20483276469913345],
    [0.5, 2, 3, 0.6875],
    [0.9, 10, 1, 0.34867844010000004],
    [0.01, 5, 500, 0.5674071907229316],
    [0.02, 5, 500, 0.9733158249696925],
    [0.3, 100, 250, 0.7265414741433196],
    [0.001, 1_000, 1_000_000, 0.5168114550311722],
    [0.999, 30, 0.5, 0.8072373061595369],
  ])('special.betainc at x = %d, a = %d, b = %d', (x, a, b, figure) => {
    expectClose(incompleteBeta(x, a, b), figure, 1e-8);
  });

  test.each([
    [0.5, 0.1, 0.6547208460185768],
    [0.5, 1.4, 0.09426430684121058],
    [0.5, 1.6, 0.07363827012030258],
    [0.5, 20, 2.5396285894708634e-10],
    [3, 2, 0.6766764161830634],
    [10, 25, 0.0002214766382487835],
  ])('special.gammaincc(%d, %d)', (a, x, figure) => {
    expectClose(upperIncompleteGamma(a, x), figure);
  });

  test.each([
    [-3, 0.9986501019683699],
    [-1, 0.8413447460685429],
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [1.959963984540054, 0.025],
    [3, 0.0013498980316300933],
    [6, 9.865876450376946e-10],
    [10, 7.61985302416047e-24],
  ])('stats.norm.sf(%d)', (z, figure) => {
    expectClose(normalTail(z), figure);
  });

  test.each([
    [0.05, 1.6448536269514729],
    [0.025, 1.9599639845400545],
    [0.001, 3.090232306167813],
    [1e-9, 5.9978070150076865],
    [0.9, -1.2815515655446004],
  ])('stats.norm.isf(%d)', (tail, figure) => {
    expectClose(normalQuantile(tail), figure);
  });

  test.each([
    [0.5, 0.47950012218695337],
    [3.841458820694124, 0.04999999999999989],
    [6.634896601021213, 0.010000000000000028],
    [30, 4.3204630578274955e-8],
  ])('stats.chi2.sf(%d, 1)', (x, figure) => {
    expectClose(chiSquaredTail(x), figure);
  });

  test.each([
    [0, 10, 0.1, 1, 0.34867844009999993],
    [3, 10, 0.1, 0.0701908264, 0.9872048016],
    [10, 10, 0.1, 1e-10, 1],
    [12, 500, 0.01, 0.0052080442541713266, 0.9980995068161168],
    [60, 100, 0.5, 0.028443966820490444, 0.9823998998911476],
    [5_200, 500_000, 0.01, 0.002404822872001356, 0.9976982522841835],
  ])('stats.binom.sf(%d − 1, %d, %d) and .cdf', (events, trials, p, tail, head) => {
    expectClose(binomialTail({ events, trials }, p), tail, 1e-8);
    expectClose(binomialHead({ events, trials }, p), head, 1e-8);
  });

  test.each([
    [0, 20, 0.025, 0, 0.16843347098308548],
    [1, 20, 0.025, 0.0012650894979560339, 0.24873276277202772],
    [20, 20, 0.025, 0.8315665290169145, 1],
    [7, 50, 0.05, 0.06759669900316757, 0.24693520173120928],
    [12, 500, 0.025, 0.012461239059371038, 0.04154761879968799],
    [300, 40_000, 0.005, 0.0064349740078929255, 0.008683954106295905],
  ])(
    'stats.binomtest(%d, %d).proportion_ci, each limit at %d',
    (events, trials, level, ...ends) => {
      const interval = clopperPearson({ events, trials }, level);
      expectClose(interval[0], ends[0] ?? 0, 1e-9);
      expectClose(interval[1], ends[1] ?? 0, 1e-9);
    },
  );
});

describe('distributions', () => {
  test('stay within 0 and 1, fall as the bound rises, and their sides make one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(400),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (trials, raw, p) => {
          const events = raw % trials;
          const tail = binomialTail({ events, trials }, p);
          const next = binomialTail({ events: events + 1, trials }, p);
          expect(tail).toBeGreaterThanOrEqual(next);
          expect(next).toBeGreaterThanOrEqual(0);
          expect(tail).toBeLessThanOrEqual(1);
          expect(binomialHead({ events, trials }, p) + next).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  test('give intervals around what was seen, wider at a stricter level', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(2_000), (trials, raw) => {
        const count = { events: raw % (trials + 1), trials };
        const [low, high] = clopperPearson(count, 0.025);
        const [lower, higher] = clopperPearson(count, 0.005);
        const seen = count.events / trials;
        expect(lower <= low && low <= seen && seen <= high && high <= higher).toBe(true);
      }),
    );
  });

  test('have nothing below zero and all above it', () => {
    expect([incompleteBeta(-1, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
    expect(upperIncompleteGamma(0.5, 0)).toBe(1);
  });
});

test('bisection ends at the first double that holds', () => {
  const root = bisect(0, 2, (x) => x * x >= 2);
  expect(root).toBeCloseTo(Math.SQRT2, 15);
  expect(bisect(-Number.MAX_VALUE, Number.MAX_VALUE, (x) => x >= 5e-324)).toBe(5e-324);
});
