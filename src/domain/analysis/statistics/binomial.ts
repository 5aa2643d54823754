import { bisect } from './bisect.js';
import { incompleteBeta } from './special-functions.js';

/** Events among trials, both whole. */
export interface Count {
  readonly events: number;
  readonly trials: number;
}

export type Interval = readonly [low: number, high: number];

/** P(X ≥ events) at this probability, the one-sided exact binomial test: A&S 26.5.24. */
export const binomialTail = ({ events, trials }: Count, probability: number): number =>
  events <= 0 ? 1 : incompleteBeta(probability, events, trials - events + 1);

/** P(X ≤ events). */
export const binomialHead = ({ events, trials }: Count, probability: number): number =>
  binomialTail({ events: trials - events, trials }, 1 - probability);

/**
 * The exact interval of a proportion, each limit missing the truth at most at `level`:
 * Clopper & Pearson, Biometrika 26 (1934). Conservative, also for the rare
 * events that error rates are, where Wilson's lower limit is not (Cai, JSPI 131, 2005).
 */
export function clopperPearson(count: Count, level: number): Interval {
  const { events, trials } = count;
  const low = events === 0 ? 0 : bisect(0, 1, (p) => binomialTail(count, p) >= level);
  const high = events === trials ? 1 : bisect(0, 1, (p) => binomialHead(count, p) <= level);
  return [low, high];
}
