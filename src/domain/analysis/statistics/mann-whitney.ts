import { ascending } from './differences.js';
import { normalTail } from './normal.js';
import { rankSumCounts } from './rank-sum.js';

/** Up to so many pairs the null distribution is counted out; above, the normal one is close. */
const EXACT_PAIRS = 400;

export interface RankTest {
  readonly exact: boolean;
  /** How likely `first` ranks so high, or so low, where both come from one distribution; one-sided. */
  readonly pHigher: number;
  readonly pLower: number;
}

/**
 * Whether `first` tends to be larger: Mann & Whitney, Ann. Math. Stat. 18 (1947).
 * Exact, given the ties, for few samples; else the normal approximation with
 * corrections for ties and continuity: Lehmann, Nonparametrics (1975), 1.4. Neither may be empty.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  const [m, n] = [first.length, second.length];
  const { doubled, rankSum, ties } = doubledRanks(first, second);
  const exact = m * n <= EXACT_PAIRS;
  const u = (rankSum - m * (m + 1)) / 2;
  const tails = exact ? exactTails(doubled, m, rankSum) : normalTails(u, m, n, ties);
  return { exact, ...tails };
}

/** P(first > second) − P(first < second), from −1 to 1: Cliff, Psychol. Bull. 114 (1993). Neither may be empty. */
export function cliffsDelta(first: readonly number[], second: readonly number[]): number {
  const [m, n] = [first.length, second.length];
  // Twice U, which counts the pairs in which `first` is larger and half of those that are even.
  return (doubledRanks(first, second).rankSum - m * (m + 1)) / (m * n) - 1;
}

type Tails = Pick<RankTest, 'pHigher' | 'pLower'>;

function exactTails(doubled: readonly number[], size: number, rankSum: number): Tails {
  const counts = rankSumCounts(doubled, size);
  const all = add(counts);
  return {
    pHigher: add(counts.subarray(rankSum)) / all,
    pLower: add(counts.subarray(0, rankSum + 1)) / all,
  };
}

const add = (ways: Float64Array): number => ways.reduce((sum, some) => sum + some, 0);

function normalTails(u: number, m: number, n: number, ties: number): Tails {
  const all = m + n;
  const variance = ((m * n) / 12) * (all + 1 - ties / (all * (all - 1)));
  // All values alike: nothing ranks anywhere.
  if (variance <= 0) return { pHigher: 1, pLower: 1 };
  const deviation = Math.sqrt(variance);
  const gap = u - (m * n) / 2;
  return {
    pHigher: normalTail((gap - 0.5) / deviation),
    pLower: normalTail((-gap - 0.5) / deviation),
  };
}

interface Ranks {
  /** Midranks times two, which makes them whole. */
  readonly doubled: readonly number[];
  /** Of `first`, doubled too. */
  readonly rankSum: number;
  /** Σ(t³ − t) over groups of t equal values. */
  readonly ties: number;
}

function doubledRanks(first: readonly number[], second: readonly number[]): Ranks {
  const order = [
    ...first.map((value) => ({ value, mine: 1 })),
    ...second.map((value) => ({ value, mine: 0 })),
  ].toSorted((a, b) => ascending(a.value, b.value));
  const doubled: number[] = [];
  let [rankSum, ties] = [0, 0];
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    for (const { mine } of order.slice(start, end)) {
      doubled.push(start + end + 1);
      rankSum += mine * (start + end + 1);
    }
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { doubled, rankSum, ties };
}
