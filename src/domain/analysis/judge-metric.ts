import type { Gathered, MetricProgress } from '../model/deployment/analysis-progress.js';
import {
  NOTHING_FOUND,
  type AnalysisVerdict,
  type Judged,
  type MetricReport,
} from '../model/deployment/analysis-report.js';
import type {
  AnalysisSpec,
  DataPolicy,
  LatencyRule,
  Margin,
  MetricRule,
  RateRule,
} from '../model/plan/analysis-spec.js';
import { metricValue } from '../model/metric-value.js';
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
}

/** Having no answer, no data and too little of it are three things, each with its own policy. */
export function judgeMetric(
  rule: MetricRule,
  progress: MetricProgress,
  look: AnalysisLook,
): MetricReport {
  const sizes = sizesOf(rule, progress);
  const short = isShort(rule, sizes);
  const report = (part: Pick<MetricReport, 'verdict' | 'basis' | 'reason'>): MetricReport => ({
    ...NOTHING_FOUND,
    name: rule.name,
    n: {
      canary: metricValue(sizes.canary),
      baseline: sizes.baseline === null ? null : metricValue(sizes.baseline),
    },
    ...part,
  });
  const down = sourceDown(progress, look, short);
  if (down !== null) {
    // One that is waited out is not yet its policy's business, nor that of having no data.
    const policy = down.waitedOut ? 'wait' : rule.sourceDown;
    return report({ basis: 'source_down', ...byPolicy(policy, down.what, look.final) });
  }
  if (look.round === 0 && !look.final) {
    return report({ basis: 'no_data', verdict: 'running', reason: 'not measured yet' });
  }
  const compared = comparisonOf(rule, progress);
  if (compared === null) {
    const what = `no data: ${problemText(progress)}`;
    return report({ basis: 'no_data', ...byPolicy(rule.noData, what, look.final) });
  }
  if (short) {
    const what = `too little data: ${sizeText(sizes)}, at least ${rule.minSamples} wanted`;
    // More comes with every round; the policy is for when none does.
    const policy = look.final ? rule.tooLittleData : 'wait';
    return report({ basis: 'too_little_data', ...byPolicy(policy, what, look.final) });
  }
  const judged = judge(rule, compared, look);
  return {
    ...report({
      basis: 'measured',
      verdict: verdictOf(rule, judged, look),
      reason: judged.sentence + keptText(compared.canary) + notesText(progress),
    }),
    ...judged.finding,
  };
}

interface Outage {
  readonly what: string;
  readonly waitedOut: boolean;
}

/** `null` where it answers, or what it answered before will do. */
function sourceDown(
  { consecutiveErrors, lastProblem }: MetricProgress,
  { spec, final }: AnalysisLook,
  short: boolean,
): Outage | null {
  if (lastProblem?.kind !== 'failed') return null;
  const { code, message } = lastProblem;
  if (code === 'metric/rejected') {
    return { what: `the source refuses the query: ${message}`, waitedOut: false };
  }
  const over = consecutiveErrors > spec.consecutiveErrorLimit;
  if (!over && !short) return null;
  const times = consecutiveErrors === 1 ? 'once' : `${consecutiveErrors} times in a row`;
  return { what: `no answer from the source ${times}: ${message}`, waitedOut: !over && !final };
}

function byPolicy(
  policy: DataPolicy,
  what: string,
  final: boolean,
): { readonly verdict: AnalysisVerdict; readonly reason: string } {
  switch (policy) {
    case 'fail':
      return { verdict: 'unhealthy', reason: `${what}; unhealthy by policy` };
    case 'pass':
      // Something may come yet, and count.
      return final
        ? { verdict: 'healthy', reason: `${what}; passed by policy, not by measurement` }
        : { verdict: 'running', reason: `${what} so far; passes by policy if it stays so` };
    case 'inconclusive':
      return { verdict: 'inconclusive', reason: what };
    case 'wait':
      return final
        ? { verdict: 'inconclusive', reason: `${what}, up to the last round` }
        : { verdict: 'running', reason: `${what} so far` };
  }
}

/** What was gathered, and what it is held against. */
type Comparison =
  | { readonly canary: Gathered; readonly baseline: null; readonly limit: number }
  | { readonly canary: Gathered; readonly baseline: Gathered; readonly margin: Margin };

/** `null` where a side has nothing. */
function comparisonOf(
  { against }: MetricRule,
  { canary, baseline }: MetricProgress,
): Comparison | null {
  if (canary === null) return null;
  if (against.kind === 'limit') return { canary, baseline: null, limit: against.limit };
  return baseline === null ? null : { canary, baseline, margin: against.margin };
}

function judge(rule: MetricRule, compared: Comparison, look: AnalysisLook): Judged {
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
  { spec, final }: AnalysisLook,
): Judged {
  const level = levelOf(spec);
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
  { spec, round, final }: AnalysisLook,
): Judged {
  const whole = levelOf(spec);
  const level = spec.sequential ? levelOfLook(whole, round, spec.count, final) : whole;
  const look = { direction, level };
  const values = samplesOf(compared.canary);
  return compared.baseline === null
    ? judgeLatencyAlone(values, compared.limit, look)
    : judgeLatencyBeside(values, samplesOf(compared.baseline), compared.margin, look);
}

const levelOf = ({ confidence }: AnalysisSpec): number => (1 - confidence) / 2;

/** A test meant for one look decides nothing before the last. */
function verdictOf(rule: MetricRule, { evidence }: Judged, look: AnalysisLook): AnalysisVerdict {
  const decides = rule.kind === 'threshold' || look.spec.sequential || look.final;
  if (!decides) return 'running';
  if (evidence === 'worse') return 'unhealthy';
  const shown = evidence === 'within' && look.spec.stopWhenShown;
  return look.final || shown ? 'healthy' : 'running';
}

interface Sizes {
  readonly canary: number;
  readonly baseline: number | null;
}

function sizesOf(rule: MetricRule, { canary, baseline }: MetricProgress): Sizes {
  const size = (gathered: Gathered | null): number => {
    if (gathered === null) return 0;
    return rule.kind === 'rate' ? wholeCount(countOf(gathered)).trials : gathered.seen;
  };
  return {
    canary: size(canary),
    baseline: rule.against.kind === 'baseline' ? size(baseline) : null,
  };
}

/** A previous deployment has one value for all rounds of a threshold: of those, only the new version's count. */
function isShort({ kind, minSamples }: MetricRule, { canary, baseline }: Sizes): boolean {
  const least = baseline === null || kind === 'threshold' ? canary : Math.min(canary, baseline);
  return least < minSamples;
}

const sizeText = ({ canary, baseline }: Sizes): string =>
  baseline === null ? String(canary) : `${canary} beside ${baseline} of the old version`;

function problemText({ lastProblem }: MetricProgress): string {
  if (lastProblem === null) return 'nothing was measured';
  const whose = lastProblem.side === 'baseline' ? ' (for the old version)' : '';
  return `${lastProblem.message}${whose}`;
}

const keptText = (canary: Gathered): string =>
  canary.seen > canary.values.length
    ? `; judged on the newest ${canary.values.length} of ${canary.seen} samples`
    : '';

const notesText = ({ notes = [] }: MetricProgress): string =>
  notes.map((note) => `; ${note}`).join('');
