import {
  gathered,
  type Gathered,
  type MetricProgress,
  type Sides,
} from '../model/deployment/analysis-progress.js';
import {
  NOTHING_FOUND,
  type AnalysisVerdict,
  type Judged,
  type MetricReport,
} from '../model/deployment/analysis-report.js';
import type { DataPolicy, MetricRule } from '../model/plan/analysis-spec.js';
import { metricValue } from '../model/metric-value.js';
import { countOf } from './gathered-figures.js';
import { type AnalysisLook, type Comparison, comparisonOf, judge } from './judge-figures.js';
import { wholeCount } from './judge-rate.js';

/** Having no answer, no data and too little of it are three things, each with its own policy. */
export function judgeMetric(
  rule: MetricRule,
  progress: MetricProgress,
  look: AnalysisLook,
): MetricReport {
  const sides = gathered(progress);
  const sizes = sizesOf(rule, sides);
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
  const compared = comparisonOf(rule, sides);
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
  const judged = judge(rule, compared, look, newestAlone(rule, progress));
  const verdict = verdictOf(rule, judged, look);
  const reason = judged.sentence + keptText(compared.canary) + notesText(progress);
  const gap = verdict === 'healthy' ? gapIn(rule, progress, look, compared.canary) : null;
  return {
    ...report(
      gap === null
        ? { basis: 'measured', verdict, reason }
        : { basis: gap.basis, ...byPolicy(gap.policy, `${gap.what}; ${reason}`, true) },
    ),
    ...judged.finding,
  };
}

interface Gap {
  readonly basis: 'source_down' | 'too_little_data';
  readonly policy: DataPolicy;
  readonly what: string;
}

/**
 * Why what was measured is not enough to call it healthy: rounds without data are none of those that
 * were asked for. `null` where nothing is missing, or so much was shown that it may stop.
 */
function gapIn(
  rule: MetricRule,
  { lastProblem, consecutiveErrors }: MetricProgress,
  { spec, round, final }: AnalysisLook,
  { rounds = spec.count }: Gathered,
): Gap | null {
  // Rounds that were not even measured are missed by the whole analysis.
  const asked = Math.min(round, spec.count);
  if (!final || rounds >= asked) return null;
  const had = `data in ${rounds} of ${asked} rounds`;
  if (lastProblem?.kind !== 'failed') {
    // Whose having no data is all right may have some in between.
    const policy = rule.noData === 'pass' ? 'pass' : rule.tooLittleData;
    return { basis: 'too_little_data', policy, what: `too little data: ${had}` };
  }
  const times = consecutiveErrors === 1 ? 'the last one' : `the last ${consecutiveErrors}`;
  const what = `no answer from the source in ${times}: ${lastProblem.message}; ${had}`;
  return { basis: 'source_down', policy: rule.sourceDown, what };
}

/** What the newest rounds came to without those before, where that is enough; `null` where there are none before. */
function newestAlone(rule: MetricRule, progress: MetricProgress): Comparison | null {
  if (progress.earlier === undefined || isShort(rule, sizesOf(rule, progress))) return null;
  return comparisonOf(rule, progress);
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

function sizesOf(rule: MetricRule, { canary, baseline }: Sides): Sizes {
  const size = (found: Gathered | null): number => {
    if (found === null) return 0;
    return rule.kind === 'rate' ? wholeCount(countOf(found)).trials : found.seen;
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
