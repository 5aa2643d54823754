import { metricValue, type MetricValue } from '../model/metric-value.js';
import type { Direction, Margin } from '../model/plan/analysis-spec.js';

/** Numbers as sentences have them: four digits that matter. */
export function figure(value: MetricValue): string {
  const known = typeof value === 'number' && !Number.isNaN(value) ? metricValue(value) : value;
  return typeof known === 'number' ? String(Number(known.toPrecision(4))) : known;
}

export const percent = (share: number): string =>
  Number.isFinite(share) ? `${figure(share * 100)} %` : figure(share);

/** A difference between two rates: percent would be taken for a share of one. */
export function points(share: number): string {
  const written = figure(share * 100);
  return `${written} ${written === '1' ? 'point' : 'points'}`;
}

export const chance = (pValue: number): string =>
  pValue < 0.0001 ? 'p < 0.0001' : `p = ${Number(pValue.toPrecision(2))}`;

export const between = (
  [low, high]: readonly [number, number],
  confidence: number,
  write: (value: number) => string,
): string => `${figure(confidence * 100)} % interval ${write(low)} to ${write(high)}`;

/** `at most 10 % more allowed` */
export function allowance(
  margin: Margin,
  direction: Direction,
  write: (value: number) => string,
): string {
  const by = margin.kind === 'relative' ? percent(margin.by) : write(margin.by);
  return `at most ${by} ${direction === 'lower' ? 'more' : 'less'} allowed`;
}

/** `at most 200 allowed` */
export const bound = (limit: string, direction: Direction): string =>
  `at ${direction === 'lower' ? 'most' : 'least'} ${limit} allowed`;

/** `1.2 more`, `1.2 less` */
export const moreOrLess = (difference: number, write: (value: number) => string): string =>
  `${Number.isFinite(difference) ? write(Math.abs(difference)) : 'infinitely'} ${difference < 0 ? 'less' : 'more'}`;
