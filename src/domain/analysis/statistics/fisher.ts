import type { Count } from './binomial.js';
import { chiSquaredTail } from './normal.js';
import { logGamma } from './special-functions.js';

/** Terms of the exact tail that are still quick to add up. */
const EXACT_TERMS = 20_000;

export interface TableTest {
  readonly test: 'fisher' | 'chi_squared';
  readonly pValue: number;
}

/**
 * How likely `first` has at least so many events where both have the same
 * probability: Fisher's exact test (one-sided), or, for tables too large to add
 * up, χ² with Yates' correction, halved for its one side.
 */
export function moreOften(first: Count, second: Count): TableTest {
  const events = first.events + second.events;
  const terms = Math.min(events, first.trials) - Math.max(0, events - second.trials);
  return terms <= EXACT_TERMS
    ? { test: 'fisher', pValue: fisherGreater(first, second) }
    : { test: 'chi_squared', pValue: chiSquaredGreater(first, second) };
}

/** P(X ≥ first.events), X hypergeometric given the margins: Fisher, J. R. Stat. Soc. 98 (1935). */
export function fisherGreater(first: Count, second: Count): number {
  const events = first.events + second.events;
  const least = Math.max(0, events - second.trials);
  const most = Math.min(events, first.trials);
  const expected = (events * first.trials) / (first.trials + second.trials);
  // Summed from the table outwards, away from the middle: there the terms only shrink, and none is lost to underflow.
  if (first.events > expected) return outwards(first, second, first.events, most, 1);
  if (first.events <= least) return 1;
  return 1 - outwards(first, second, first.events - 1, least, -1);
}

function outwards(first: Count, second: Count, from: number, to: number, by: 1 | -1): number {
  const events = first.events + second.events;
  let term = Math.exp(
    logChoose(first.trials, from) +
      logChoose(second.trials, events - from) -
      logChoose(first.trials + second.trials, events),
  );
  let sum = term;
  for (let k = from; k !== to; k += by) {
    // P(k + 1) / P(k), or its inverse one lower.
    const j = by === 1 ? k : k - 1;
    const ratio =
      ((first.trials - j) * (events - j)) / ((j + 1) * (second.trials - events + j + 1));
    term *= by === 1 ? ratio : 1 / ratio;
    sum += term;
  }
  return Math.min(1, sum);
}

/** χ² of a 2×2 table with continuity correction: Yates, Suppl. J. R. Stat. Soc. 1 (1934). */
export function chiSquaredGreater(first: Count, second: Count): number {
  const a = first.events;
  const b = first.trials - a;
  const c = second.events;
  const d = second.trials - c;
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins === 0) return 1;
  const n = a + b + c + d;
  const gap = Math.max(0, Math.abs(a * d - b * c) - n / 2);
  const half = chiSquaredTail((gap * gap * n) / margins) / 2;
  return a * d >= b * c ? half : 1 - half;
}

const logChoose = (n: number, k: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
