import {
  EVIDENCE_WORDS,
  NOTHING_FOUND,
  type EffectSize,
  type Judged,
} from '../model/deployment/analysis-report.js';
import {
  worstAllowed,
  type Direction,
  type Margin,
  type ThresholdRule,
} from '../model/plan/analysis-spec.js';
import { metricValue, metricValueIfAny } from '../model/metric-value.js';
import { allowance, bound, figure } from './figures.js';
import { differenceOf } from './statistics/differences.js';

type Values = readonly number[];

/** Round by round: a value against its limit. */
export function judgeThresholdAlone(rule: ThresholdRule, canary: Values, limit: number): Judged {
  const over = canary.filter((value) => isWorse(value, limit, rule.direction)).length;
  const { evidence, sentence } = weigh(rule, canary, over, bound(figure(limit), rule.direction));
  return {
    evidence,
    finding: { ...NOTHING_FOUND, estimate: metricValue(last(canary)), test: 'threshold' },
    sentence,
  };
}

/** Against what the baseline had in the same round; a previous deployment has one value for all. */
export function judgeThresholdBeside(
  rule: ThresholdRule,
  canary: Values,
  baseline: Values,
  margin: Margin,
): Judged {
  const { direction } = rule;
  const beside = last(baseline);
  const over = canary.filter((value, round) =>
    isWorse(value, worstAllowed(baseline[round] ?? beside, margin, direction), direction),
  ).length;
  const allowed = `the old version ${figure(beside)}, ${allowance(margin, direction, figure)}`;
  const estimate = differenceOf(last(canary), beside);
  const { evidence, sentence } = weigh(rule, canary, over, allowed);
  return {
    evidence,
    finding: {
      ...NOTHING_FOUND,
      estimate: metricValue(estimate),
      effect: changeOf(estimate, beside),
      test: 'threshold',
    },
    sentence,
  };
}

/** As a share of the baseline, where it has one. */
function changeOf(difference: number, baseline: number): EffectSize | null {
  if (baseline === 0) return null;
  const value = metricValueIfAny(difference / Math.abs(baseline));
  return value === null ? null : { measure: 'relative_change', value };
}

function weigh(
  { failureLimit }: ThresholdRule,
  canary: Values,
  over: number,
  allowed: string,
): Pick<Judged, 'evidence' | 'sentence'> {
  const worse = over > failureLimit;
  const tolerated = failureLimit === 0 ? '' : `, ${failureLimit} tolerated`;
  return {
    evidence: worse ? 'worse' : 'open',
    sentence:
      `${worse ? EVIDENCE_WORDS.worse : 'as allowed'}: ${figure(last(canary))} at last, ${allowed}; ` +
      `over it in ${over} of ${canary.length} rounds${tolerated}`,
  };
}

const last = (values: Values): number => Number(values.at(-1));

const isWorse = (value: number, limit: number, direction: Direction): boolean =>
  direction === 'lower' ? value > limit : value < limit;
