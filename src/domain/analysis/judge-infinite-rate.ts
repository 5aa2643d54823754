import { EVIDENCE_WORDS, NOTHING_FOUND, type Judged } from '../model/deployment/analysis-report.js';
import { metricValue } from '../model/metric-value.js';
import { worstAllowed, type Direction, type Margin } from '../model/plan/analysis-spec.js';
import { allowance, bound, moreOrLess, percent, points } from './figures.js';
import type { Count } from './statistics/binomial.js';
import { differenceOf } from './statistics/differences.js';

/** Infinitely many cannot be counted, so that no test of proportions applies: the rates are compared as they are. */
export const isInfinite = ({ events, trials }: Count): boolean =>
  !Number.isFinite(events) || !Number.isFinite(trials);

export function judgeInfiniteRateAlone(count: Count, limit: number, direction: Direction): Judged {
  const rate = rateOf(count);
  return judged(isWorse(rate, limit, direction), rate, [
    `${percent(rate)} of ${written(count)}`,
    bound(percent(limit), direction),
  ]);
}

export function judgeInfiniteRateBeside(
  canary: Count,
  baseline: Count,
  margin: Margin,
  direction: Direction,
): Judged {
  const [p1, p2] = [rateOf(canary), rateOf(baseline)];
  const difference = differenceOf(p1, p2);
  return judged(isWorse(p1, worstAllowed(p2, margin, direction), direction), difference, [
    `${percent(p1)} of ${written(canary)} beside the old version's ${percent(p2)} of ${written(baseline)}`,
    moreOrLess(difference, points),
    allowance(margin, direction, points),
  ]);
}

function judged(worse: boolean, estimate: number, sentence: readonly string[]): Judged {
  const evidence = worse ? 'worse' : 'open';
  return {
    evidence,
    finding: { ...NOTHING_FOUND, estimate: metricValue(estimate), test: 'threshold' },
    sentence: `${EVIDENCE_WORDS[evidence]}: ${sentence.join(', ')}`,
  };
}

/** Infinitely many events are more than any trials; in infinitely many trials a finite number is none. */
const rateOf = ({ events, trials }: Count): number =>
  Number.isFinite(events) ? events / trials : events;

const written = ({ trials }: Count): string => String(metricValue(trials));

const isWorse = (value: number, limit: number, direction: Direction): boolean =>
  direction === 'lower' ? value > limit : value < limit;
