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

/** How many rounds were asked for, and whether no more come. */
export interface AskedRounds {
  readonly asked: number;
  readonly final: boolean;
}

/** Round by round: a value against its limit. */
export function judgeThresholdAlone(
  rule: ThresholdRule,
  canary: Values,
  limit: number,
  rounds: AskedRounds,
): Judged {
  const over = canary.map((value) => isWorse(value, limit, rule.direction));
  const allowed = bound(figure(limit), rule.direction);
  const { evidence, sentence } = weigh(rule, last(canary), allowed, { ...rounds, over });
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
  { baseline, margin }: { readonly baseline: Values; readonly margin: Margin },
  rounds: AskedRounds,
): Judged {
  const { direction } = rule;
  const beside = last(baseline);
  const over = canary.map((value, round) =>
    isWorse(value, worstAllowed(baseline[round] ?? beside, margin, direction), direction),
  );
  const allowed = `the old version ${figure(beside)}, ${allowance(margin, direction, figure)}`;
  const estimate = differenceOf(last(canary), beside);
  const { evidence, sentence } = weigh(rule, last(canary), allowed, { ...rounds, over });
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

/**
 * `failureLimit` is meant among the rounds that were asked for: it tolerates so many of the newest
 * of them, and never all that were measured.
 */
function weigh(
  { failureLimit }: ThresholdRule,
  value: number,
  allowed: string,
  { over, asked, final }: AskedRounds & { readonly over: readonly boolean[] },
): Pick<Judged, 'evidence' | 'sentence'> {
  const judged = over.slice(-asked);
  const many = judged.filter(Boolean).length;
  const all = many === judged.length;
  const worse = many > failureLimit || (final && all);
  const tolerated = failureLimit === 0 ? '' : `, ${failureLimit} of ${asked} tolerated`;
  const but = worse && many <= failureLimit ? ', but not all that were measured' : '';
  const which = over.length > asked ? `the last ${asked}` : String(judged.length);
  return {
    evidence: worse ? 'worse' : 'open',
    sentence:
      `${worse ? EVIDENCE_WORDS.worse : 'as allowed'}: ${figure(value)} at last, ${allowed}; ` +
      `over it in ${many} of ${which} rounds${tolerated}${but}`,
  };
}

const last = (values: Values): number => Number(values.at(-1));

const isWorse = (value: number, limit: number, direction: Direction): boolean =>
  direction === 'lower' ? value > limit : value < limit;
