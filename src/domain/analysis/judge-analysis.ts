import { nextMeasurementAt, type AnalysisProgress } from '../model/deployment/analysis-progress.js';
import type {
  AnalysisReport,
  AnalysisVerdict,
  MetricReport,
} from '../model/deployment/analysis-report.js';
import type { AnalysisSpec, MetricRule } from '../model/plan/analysis-spec.js';
import { figure } from './figures.js';
import type { AnalysisLook } from './judge-figures.js';
import { judgeMetric } from './judge-metric.js';

/**
 * How an analysis stands. It is unhealthy as soon as a critical metric is, or as
 * the score cannot reach `marginalScore` any more; all else waits until no metric
 * runs. With `final`, or after the last round, none does.
 */
export function judgeAnalysis(
  asked: AnalysisSpec,
  progress: AnalysisProgress,
  { at, final }: { readonly at: number; readonly final: boolean },
): AnalysisReport {
  const last = final || nextMeasurementAt(asked, progress) === null;
  const look = lookOf(asked, progress, last);
  const { spec } = look;
  const weighed = spec.metrics.flatMap((rule): readonly Weighed[] => {
    const gathered = progress.metrics.find(({ name }) => name === rule.name);
    return gathered === undefined ? [] : [{ rule, report: judgeMetric(rule, gathered, look) }];
  });
  const { verdict, reason, score } = withItsRounds(spec, look, settle(spec, weighed), weighed);
  return {
    name: spec.name,
    at,
    round: progress.rounds,
    rounds: spec.count,
    verdict,
    score,
    reason: verdict === 'running' ? `round ${roundText(spec, progress)}: ${reason}` : reason,
    metrics: weighed.map(({ report }) => report),
  };
}

/**
 * In the background each `count` rounds have a share of the chance to be wrong, a smaller one
 * every time, so that all of them have no more than one analysis has: 1/2 + 1/6 + 1/12 + … = 1.
 * What is judged only once has all of it for that.
 */
function lookOf(spec: AnalysisSpec, progress: AnalysisProgress, final: boolean): AnalysisLook {
  const { rounds: round, lookback } = progress;
  if (lookback === undefined) return { spec, round, final, share: 1, lookNumber: round };
  const full = Math.max(0, Math.ceil(round / lookback) - 1);
  return {
    // It measures until the end, whatever is shown before.
    spec: { ...spec, stopWhenShown: false },
    ...{
      round,
      final,
      share: spec.sequential ? 1 / ((full + 1) * (full + 2)) : 1,
      lookNumber: round - full * lookback,
    },
  };
}

/** `2 of 5`; in the background `7, of at least 5`. */
export const roundText = (
  { count }: Pick<AnalysisSpec, 'count'>,
  { rounds, lookback }: Pick<AnalysisProgress, 'rounds' | 'lookback'>,
): string => (lookback === undefined ? `${rounds} of ${count}` : `${rounds}, of at least ${count}`);

interface Weighed {
  readonly rule: MetricRule;
  readonly report: MetricReport;
}

type Settled = Pick<AnalysisReport, 'verdict' | 'reason' | 'score'>;

/**
 * A version is healthy only with all the rounds that were asked for, or where `stopWhenShown`
 * asks for no more than that every metric is shown to keep its limit.
 */
function withItsRounds(
  spec: AnalysisSpec,
  { round, final }: AnalysisLook,
  settled: Settled,
  weighed: readonly Weighed[],
): Settled {
  if (settled.verdict !== 'healthy' || round >= spec.count) return settled;
  const shown = weighed.every(
    ({ report: { verdict, basis } }) => verdict === 'healthy' && basis === 'measured',
  );
  if (spec.stopWhenShown && !final && shown) return settled;
  if (!final) return { ...settled, verdict: 'running' };
  const reason = `only ${round} of ${spec.count} rounds were measured: ${settled.reason}`;
  return { ...settled, verdict: 'inconclusive', reason };
}

/** The score lies between what is healthy and what is not unhealthy: it is decided where both say the same. */
function settle(spec: AnalysisSpec, metrics: readonly Weighed[]): Settled {
  const having = (verdict: AnalysisVerdict): readonly Weighed[] =>
    metrics.filter(({ report }) => report.verdict === verdict);
  const unhealthy = having('unhealthy');
  const score = shareOf(having('healthy'), metrics);
  const reachable = 100 - shareOf(unhealthy, metrics);
  const as = (verdict: AnalysisVerdict, reason: string): Settled => ({ verdict, reason, score });

  const failing = unhealthy.filter(({ rule }) => rule.critical);
  if (failing.length > 0) return as('unhealthy', told(failing));
  if (reachable < spec.marginalScore) {
    const bar = `at most ${figure(reachable)} % of the weight can be healthy, ${figure(spec.marginalScore)} % wanted`;
    return as('unhealthy', `${bar}: ${told(unhealthy)}`);
  }
  const running = having('running');
  if (running.length > 0) return as('running', told(running));
  const unclear = having('inconclusive');
  const deciding = unclear.filter(({ rule }) => rule.critical);
  if (deciding.length > 0) return as('inconclusive', told(deciding));
  if (score >= spec.passScore) return as('healthy', told(metrics));
  const bar = `${figure(score)} % of the weight is healthy, ${figure(spec.passScore)} % wanted`;
  return as('inconclusive', `${bar}: ${told([...unhealthy, ...unclear])}`);
}

function shareOf(part: readonly Weighed[], whole: readonly Weighed[]): number {
  const weight = (metrics: readonly Weighed[]): number =>
    metrics.reduce((sum, { rule }) => sum + rule.weight, 0);
  return whole.length === 0 ? 0 : (100 * weight(part)) / weight(whole);
}

/** The first three, in a sentence. */
function told(metrics: readonly Weighed[]): string {
  const rest = metrics.length > 3 ? `; and ${metrics.length - 3} more` : '';
  const shown = metrics.slice(0, 3).map(({ report }) => `${report.name} ${report.reason}`);
  return shown.join('; ') + rest;
}
