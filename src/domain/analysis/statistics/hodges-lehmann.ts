import type { Interval } from './binomial.js';
import { bisect } from './bisect.js';
import { differenceOf } from './differences.js';
import { normalQuantile } from './normal.js';
import { rankSumCounts } from './rank-sum.js';

/** As for the test itself. */
const EXACT_PAIRS = 400;

export interface Shift {
  readonly estimate: number;
  readonly interval: Interval;
}

/**
 * By how much `first` is larger: the median of all differences, Hodges & Lehmann,
 * Ann. Math. Stat. 34 (1963). The interval inverts the Mann–Whitney test, each
 * limit at `level`: Moses in Hollander & Wolfe, Nonparametric Statistical Methods,
 * 4.3; too few samples for the level give the widest there is. Neither may be empty.
 */
export function shiftBetween(
  first: readonly number[],
  second: readonly number[],
  level: number,
): Shift {
  const pairs = first.length * second.length;
  const nth = selectDifference(first, second);
  const cut = Math.max(1, criticalRank(first.length, second.length, level));
  const estimate = (nth(Math.ceil(pairs / 2)) + nth(Math.floor(pairs / 2) + 1)) / 2;
  return { estimate, interval: [nth(cut), nth(pairs + 1 - cut)] };
}

/** The largest c with P(U ≤ c − 1) ≤ level; 0 where there is none. */
function criticalRank(m: number, n: number, level: number): number {
  if (m * n > EXACT_PAIRS) {
    const deviation = Math.sqrt((m * n * (m + n + 1)) / 12);
    return Math.floor((m * n) / 2 + 0.5 - normalQuantile(level) * deviation);
  }
  const ranks = Array.from({ length: m + n }, (_, at) => at + 1);
  const counts = rankSumCounts(ranks, m);
  const all = counts.reduce((sum, ways) => sum + ways, 0);
  let asLow = 0;
  let c = 0;
  for (const ways of counts.subarray((m * (m + 1)) / 2)) {
    asLow += ways;
    if (asLow > level * all) break;
    c++;
  }
  return c;
}

/**
 * The k-th smallest of all differences, without forming them: both sides sorted, one bisection
 * over the value. Those that are infinite lie before and behind what is bisected.
 */
function selectDifference(
  first: readonly number[],
  second: readonly number[],
): (k: number) => number {
  const high = Float64Array.from(first).toSorted();
  const low = Float64Array.from(second).toSorted();
  const difference = (i: number, j: number): number =>
    differenceOf(Number(high[i]), Number(low[j]));
  const atMost = (limit: number): number => {
    let count = 0;
    let j = 0;
    for (let i = 0; i < high.length; i++) {
      while (j < low.length && difference(i, j) > limit) j++;
      count += low.length - j;
    }
    return count;
  };
  const least = Math.max(-Number.MAX_VALUE, difference(0, low.length - 1));
  const most = Math.min(Number.MAX_VALUE, difference(high.length - 1, 0));
  return (k) => {
    if (atMost(Number.NEGATIVE_INFINITY) >= k) return Number.NEGATIVE_INFINITY;
    if (atMost(least) >= k) return least;
    if (atMost(most) < k) return Number.POSITIVE_INFINITY;
    return bisect(least, most, (limit) => atMost(limit) >= k);
  };
}
