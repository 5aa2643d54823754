import { clopperPearson, type Count, type Interval } from './binomial.js';

/**
 * The interval of p₁ − k·p₂, each limit at `level`, from the exact limits of
 * either proportion: Zou & Donner, Stat. Med. 27 (2008); with k = 1 it is
 * method 10 of Newcombe, Stat. Med. 17 (1998), with Clopper–Pearson's limits in place of Wilson's.
 */
export function contrastInterval(first: Count, second: Count, k: number, level: number): Interval {
  const p1 = first.events / first.trials;
  const p2 = second.events / second.trials;
  const [low1, high1] = clopperPearson(first, level);
  const [low2, high2] = clopperPearson(second, level);
  const middle = p1 - k * p2;
  return [
    Math.max(-k, middle - Math.hypot(p1 - low1, k * (high2 - p2))),
    Math.min(1, middle + Math.hypot(high1 - p1, k * (p2 - low2))),
  ];
}
