import type { Gathered, Sides } from '../model/deployment/analysis-progress.js';
import type { Judged } from '../model/deployment/analysis-report.js';
import type {
  AnalysisSpec,
  LatencyRule,
  Margin,
  MetricRule,
  RateRule,
} from '../model/plan/analysis-spec.js';
import {
  isInfinite,
  judgeInfiniteRateAlone,
  judgeInfiniteRateBeside,
} from './judge-infinite-rate.js';
import { judgeLatencyAlone, judgeLatencyBeside } from './judge-latency.js';
import { countOf, samplesOf } from './gathered-figures.js';
import { judgeRateAlone, judgeRateBeside, wholeCount } from './judge-rate.js';
import { judgeThresholdAlone, judgeThresholdBeside } from './judge-threshold.js';
import { levelOfLook } from './statistics/alpha-spending.js';

/** One look at what was gathered. */
export interface AnalysisLook {
  readonly spec: AnalysisSpec;
  readonly round: number;
  /** No round comes after. */
  readonly final: boolean;
  /** What of the chance to be wrong these rounds may spend, above 0 and up to 1; those before them spent theirs. */
  readonly share: number;
  /** The number of the round among those that spend this share. */
  readonly lookNumber: number;
}

/** What was gathered, and what it is held against. */
export type Comparison =
  | { readonly canary: Gathered; readonly baseline: null; readonly limit: number }
  | { readonly canary: Gathered; readonly baseline: Gathered; readonly margin: Margin };

/** `null` where a side has nothing. */
export function comparisonOf(
  { against }: MetricRule,
  { canary, baseline }: Sides,
): Comparison | null {
  if (canary === null) return null;
  if (against.kind === 'limit') return { canary, baseline: null, limit: against.limit };
  return baseline === null ? null : { canary, baseline, margin: against.margin };
}

/**
 * By all of the newest rounds together; and where there are some before the last `lookback`, also
 * by those alone: half of the rounds may be good, and the version bad by now.
 */
export function judge(
  rule: MetricRule,
  compared: Comparison,
  look: AnalysisLook,
  newest: Comparison | null,
): Judged {
  if (newest === null || rule.kind === 'threshold') return judgeOnce(rule, compared, look);
  const half = { ...look, share: look.share / 2 };
  const alone = judgeOnce(rule, newest, half);
  return alone.evidence === 'worse' ? alone : judgeOnce(rule, compared, half);
}

function judgeOnce(rule: MetricRule, compared: Comparison, look: AnalysisLook): Judged {
  const rounds = { asked: look.spec.count, final: look.final };
  switch (rule.kind) {
    case 'threshold':
      return compared.baseline === null
        ? judgeThresholdAlone(rule, samplesOf(compared.canary), compared.limit, rounds)
        : judgeThresholdBeside(
            rule,
            samplesOf(compared.canary),
            { baseline: samplesOf(compared.baseline), margin: compared.margin },
            rounds,
          );
    case 'rate':
      return judgeRate(rule, compared, look);
    case 'latency':
      return judgeLatency(rule, compared, look);
  }
}

function judgeRate(
  { direction }: RateRule,
  compared: Comparison,
  { spec, final, share }: AnalysisLook,
): Judged {
  const level = levelOf(spec, share);
  // Half of the level for all looks before the last, by a test that may be looked at for ever;
  // half for the last, by the fixed one, which needs fewer trials for the same certainty.
  const look = spec.sequential
    ? { direction, level: level / 2, sequential: !final }
    : { direction, level, sequential: false };
  const counted = countOf(compared.canary);
  if (compared.baseline === null) {
    if (isInfinite(counted)) return judgeInfiniteRateAlone(counted, compared.limit, direction);
  } else {
    const beside = countOf(compared.baseline);
    if (isInfinite(counted) || isInfinite(beside)) {
      return judgeInfiniteRateBeside(counted, beside, compared.margin, direction);
    }
  }
  const canary = wholeCount(counted);
  return compared.baseline === null
    ? judgeRateAlone(canary, compared.limit, look)
    : judgeRateBeside(canary, wholeCount(countOf(compared.baseline)), compared.margin, look);
}

function judgeLatency(
  { direction }: LatencyRule,
  compared: Comparison,
  { spec, lookNumber, final, share }: AnalysisLook,
): Judged {
  const whole = levelOf(spec, share);
  const level = spec.sequential ? levelOfLook(whole, lookNumber, spec.count, final) : whole;
  const look = { direction, level };
  const values = samplesOf(compared.canary);
  return compared.baseline === null
    ? judgeLatencyAlone(values, compared.limit, look)
    : judgeLatencyBeside(values, samplesOf(compared.baseline), compared.margin, look);
}

const levelOf = ({ confidence }: AnalysisSpec, share: number): number =>
  ((1 - confidence) / 2) * share;
