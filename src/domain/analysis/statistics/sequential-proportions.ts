import type { Count, Interval } from './binomial.js';
import { bisect } from './bisect.js';
import { logBeta } from './special-functions.js';

/**
 * Tests of proportions that may be looked at after every observation.
 *
 * M(p) = ∫ L(q) dBeta(q; ½, ½) / L(p) is a martingale from 1 at the true p, so
 * that P(M(p) ever reaches 1/level) ≤ level, however often one looks and
 * whenever one stops: Ville (1939); Robbins, Ann. Math. Stat. 41 (1970); as
 * confidence sequences Howard, Ramdas, McAuliffe & Sekhon, Ann. Stat. 49 (2021).
 * For two independent arms the product at the true pair is one too, and its
 * least value over a hypothesis is at most that. All values are logarithms.
 */
export function logMixture({ events, trials }: Count): (p: number) => number {
  const rest = trials - events;
  const numerator = logBeta(events + 0.5, rest + 0.5) - logBeta(0.5, 0.5);
  return (p) =>
    numerator -
    (events === 0 ? 0 : events * Math.log(p)) -
    (rest === 0 ? 0 : rest * Math.log1p(-p));
}

/** `above`: how strongly the data speak against p₁ ≤ limit; `below`: against p₁ ≥ limit. */
export interface SequentialEvidence {
  readonly above: number;
  readonly below: number;
}

export function evidenceAgainstLimit(count: Count, limit: number): SequentialEvidence {
  const there = logMixture(count)(limit);
  return count.events > limit * count.trials
    ? { above: there, below: Number.NEGATIVE_INFINITY }
    : { above: Number.NEGATIVE_INFINITY, below: there };
}

/** Of p₁ beside k·p₂ + offset; k > 0. */
export function evidenceAgainstLine(
  first: Count,
  second: Count,
  k: number,
  offset: number,
): SequentialEvidence {
  const there = leastOnLine(logMixture(first), logMixture(second), k, offset);
  const limit = (k * second.events) / second.trials + offset;
  return first.events > limit * first.trials
    ? { above: there, below: Number.NEGATIVE_INFINITY }
    : { above: Number.NEGATIVE_INFINITY, below: there };
}

/** The confidence sequence of one proportion: it holds at all looks at once but with probability `level`. */
export function proportionSequence(count: Count, level: number): Interval {
  const bar = -Math.log(level);
  const middle = count.events / count.trials;
  const mixture = logMixture(count);
  return [bisect(0, middle, (p) => mixture(p) < bar), bisect(middle, 1, (p) => mixture(p) >= bar)];
}

/** The confidence sequence of p₁ − p₂. */
export function differenceSequence(first: Count, second: Count, level: number): Interval {
  const bar = -Math.log(level);
  const middle = first.events / first.trials - second.events / second.trials;
  const [m1, m2] = [logMixture(first), logMixture(second)];
  const at = (difference: number) => leastOnLine(m1, m2, 1, difference);
  return [
    bisect(-1, middle, (difference) => at(difference) < bar),
    bisect(middle, 1, (difference) => at(difference) >= bar),
  ];
}

type Mixture = ReturnType<typeof logMixture>;

/** The least M(p₁)·M(p₂) on p₁ = k·p₂ + offset inside the unit square; convex along it, hence found by golden section. */
function leastOnLine(first: Mixture, second: Mixture, k: number, offset: number): number {
  let low = Math.max(0, -offset / k);
  let high = Math.min(1, (1 - offset) / k);
  if (low > high) return Number.POSITIVE_INFINITY;
  const at = (p2: number): number => first(Math.min(1, Math.max(0, k * p2 + offset))) + second(p2);
  const golden = (Math.sqrt(5) - 1) / 2;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let [atLeft, atRight] = [at(left), at(right)];
  for (let step = 0; step < 80; step++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = at(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = at(right);
    }
  }
  return at((low + high) / 2);
}
