import { binomialHead, type Interval } from './binomial.js';
import { ascending } from './differences.js';

export interface Median {
  readonly estimate: number;
  readonly interval: Interval;
}

/** Of no values it is NaN, and in the middle between both infinities. */
export const medianOf = (values: readonly number[]): number => middleOf(inOrder(values));

/**
 * The median, and the interval that inverts the sign test, each limit at
 * `level`: Hollander & Wolfe, Nonparametric Statistical Methods, 3.6; too few
 * values for the level give the widest there is. Never of no values.
 */
export function medianInterval(values: readonly number[], level: number): Median {
  const sorted = inOrder(values);
  const trials = sorted.length;
  const rare = (events: number): boolean => binomialHead({ events, trials }, 0.5) <= level;
  let [rank, notRare] = [0, Math.ceil(trials / 2)];
  while (rank < notRare) {
    const between = Math.floor((rank + notRare) / 2);
    if (rare(between)) rank = between + 1;
    else notRare = between;
  }
  rank = Math.max(1, rank);
  return {
    estimate: middleOf(sorted),
    interval: [Number(sorted[rank - 1]), Number(sorted[trials - rank])],
  };
}

const inOrder = (values: readonly number[]): readonly number[] => values.toSorted(ascending);

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return (Number(sorted[Math.ceil(half) - 1]) + Number(sorted[Math.floor(half)])) / 2;
}
