import { EVIDENCE_WORDS, type Judged } from '../model/deployment/analysis-report.js';
import { metricValue, metricValueIfAny, type MetricValue } from '../model/metric-value.js';
import { worstAllowed, type Direction, type Margin } from '../model/plan/analysis-spec.js';
import { allowance, between, bound, chance, figure, moreOrLess, percent } from './figures.js';
import { binomialHead, binomialTail, type Interval } from './statistics/binomial.js';
import { shiftBetween } from './statistics/hodges-lehmann.js';
import { cliffsDelta, mannWhitney } from './statistics/mann-whitney.js';
import { medianInterval, medianOf } from './statistics/median-interval.js';

export interface LatencyLook {
  readonly direction: Direction;
  /** What this one look may be wrong with; the looks of an analysis share its level. */
  readonly level: number;
}

type Samples = readonly number[];

/**
 * The new version's samples against the baseline's, moved by what is allowed:
 * a shift within the allowance, however certain, is called worse no more often than `level`.
 * The figures are of the samples as they are.
 */
export function judgeLatencyBeside(
  canary: Samples,
  baseline: Samples,
  margin: Margin,
  { direction, level }: LatencyLook,
): Judged {
  const allowed = baseline.map((value) => worstAllowed(value, margin, direction));
  const { exact, pHigher, pLower } = mannWhitney(canary, allowed);
  const [pValue, pWithin] = direction === 'lower' ? [pHigher, pLower] : [pLower, pHigher];
  const evidence = pValue <= level ? 'worse' : pWithin <= level ? 'within' : 'open';
  const { estimate, interval } = shiftBetween(canary, baseline, level);
  const middle = medianOf(baseline);
  const confidence = 1 - 2 * level;
  const share = Math.abs(estimate / middle);
  const change = Number.isFinite(share) ? `, ${percent(share)}` : '';
  return {
    evidence,
    finding: {
      estimate: metricValueIfAny(estimate),
      interval: intervalOf(interval),
      confidence,
      effect: { measure: 'cliffs_delta', value: cliffsDelta(canary, baseline) },
      pValue,
      test: exact ? 'mann_whitney_exact' : 'mann_whitney',
    },
    sentence:
      `${EVIDENCE_WORDS[evidence]}: ${moreOrLess(estimate, figure)}${change} than the old version's median of ${figure(middle)} ` +
      `(${between(interval, confidence, figure)}, ${chance(pValue)} against the allowance), ` +
      allowance(margin, direction, figure),
  };
}

/** Whether more than half of all samples are beyond the limit: the sign test. */
export function judgeLatencyAlone(
  samples: Samples,
  limit: number,
  { direction, level }: LatencyLook,
): Judged {
  const beyond = samples.filter((value) => (direction === 'lower' ? value > limit : value < limit));
  const count = { events: beyond.length, trials: samples.length };
  const pValue = binomialTail(count, 0.5);
  const within = binomialHead(count, 0.5) <= level;
  const evidence = pValue <= level ? 'worse' : within ? 'within' : 'open';
  const { estimate, interval } = medianInterval(samples, level);
  const confidence = 1 - 2 * level;
  return {
    evidence,
    finding: {
      estimate: metricValueIfAny(estimate),
      interval: intervalOf(interval),
      confidence,
      effect: null,
      pValue,
      test: 'sign',
    },
    sentence:
      `${EVIDENCE_WORDS[evidence]}: median ${figure(estimate)} ` +
      `(${between(interval, confidence, figure)}, ${chance(pValue)}), ${bound(figure(limit), direction)}`,
  };
}

const intervalOf = ([low, high]: Interval): readonly [MetricValue, MetricValue] => [
  metricValue(low),
  metricValue(high),
];
