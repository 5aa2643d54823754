import type { MetricSource } from '../ports/metric-source.js';
import { err, ok, type Result } from '../model/result.js';
import {
  gathered,
  type AnalysisProgress,
  type MetricProgress,
} from '../model/deployment/analysis-progress.js';
import type { AnalysisSpec, BaselineKind, MetricRule } from '../model/plan/analysis-spec.js';
import type { AnalysisSubject } from './analysis-subject.js';
import type {
  Measurement,
  MetricMeasurement,
  Reading,
  MetricFailure,
} from '../model/deployment/measurement.js';
import { readMetric, type Look } from './read-metric.js';

/**
 * Takes the next round: all queries side by side. It never throws; what a source
 * could not answer is in the measurement. One taken while `signal` aborts is for nothing.
 */
export async function measure(
  spec: AnalysisSpec,
  progress: AnalysisProgress,
  sources: (name: string) => MetricSource | undefined,
  subject: AnalysisSubject,
  at: number,
  signal: AbortSignal,
): Promise<Measurement> {
  const measurable = spec.metrics.filter((rule) => !isOver(rule, progress, subject));
  const measured = measurable.map(async (rule): Promise<MetricMeasurement> => {
    const before = progress.metrics.find(({ name }) => name === rule.name);
    const source = sources(rule.source);
    if (source === undefined) {
      return { name: rule.name, canary: unconfigured(rule.source), baseline: null };
    }
    const since = Math.max(before?.measuredUntil ?? progress.startedAt, subject.startedAt);
    const start = Math.min(since, at);
    const now = { source, subject, signal, window: { start, end: at }, now: at };
    const [canary, baseline] = await Promise.all([
      readMetric(rule, { ...now, side: 'canary', targets: subject.targets }),
      readBaseline(rule, before, now),
    ]);
    return { name: rule.name, canary, baseline };
  });
  const metrics = (await Promise.all(measured)).filter(
    (found) => !(subject.everybody === true && isAlone(found, spec, progress)),
  );
  return { at, round: progress.rounds + 1, metrics };
}

/**
 * Nobody is without the flag any more, so that a query of its own for the baseline finds nobody:
 * what was compared as long as there was somebody stays.
 */
function isAlone(
  { name, canary, baseline }: MetricMeasurement,
  { metrics }: AnalysisSpec,
  progress: AnalysisProgress,
): boolean {
  const hasOwn = metrics.some((rule) => rule.name === name && rule.baselineQuery !== undefined);
  const compared = progress.metrics.some(
    (metric) => metric.name === name && gathered(metric).baseline !== null,
  );
  return hasOwn && compared && hasData(canary) && baseline !== null && isEmpty(baseline);
}

const hasData = ({ kind }: Reading): boolean => kind === 'values' || kind === 'counts';

/** A counter of users who are gone stays where it is. */
const isEmpty = (reading: Reading): boolean =>
  reading.kind === 'no_data' || (reading.kind === 'counts' && reading.trials === 0);

/** Nothing runs the old version any more, and what it had beside the new one is known: that stays. */
function isOver(
  { name, against, baselineQuery }: MetricRule,
  { metrics }: AnalysisProgress,
  { baseline }: AnalysisSubject,
): boolean {
  const stable = against.kind === 'baseline' && against.baseline === 'stable';
  if (!stable || baselineQuery !== undefined || baseline.length > 0) return false;
  const before = metrics.find((metric) => metric.name === name);
  return before !== undefined && gathered(before).baseline !== null;
}

/** A `previous` baseline lies in the past: once taken, it stays. */
async function readBaseline(
  rule: MetricRule,
  before: MetricProgress | undefined,
  now: Omit<Look, 'side' | 'targets'>,
): Promise<Reading | null> {
  if (rule.against.kind === 'limit') return null;
  const { baseline } = rule.against;
  if (baseline === 'previous' && (before?.baseline ?? null) !== null) return null;
  // A query of its own names the other side itself.
  const besides =
    baseline === 'stable' && rule.baselineQuery !== undefined
      ? ok({ targets: now.subject.baseline, window: now.window })
      : whereToLook(baseline, now);
  return besides.ok
    ? readMetric(rule, { ...now, side: 'baseline', ...besides.value })
    : { kind: 'no_data', message: besides.error };
}

/** The previous version ran in the places where the new one is now. */
function whereToLook(
  baseline: BaselineKind,
  { subject, window }: Pick<Look, 'subject' | 'window'>,
): Result<Pick<Look, 'targets' | 'window'>, string> {
  if (subject.previousVersion === null) return err('there is no old version to compare with');
  if (baseline === 'previous') {
    return subject.previousWindow === null
      ? err('no time is known in which the previous deployment ran')
      : ok({ targets: subject.targets, window: subject.previousWindow });
  }
  return subject.baseline.length === 0
    ? err('no target runs the old version any more')
    : ok({ targets: subject.baseline, window });
}

const unconfigured = (name: string): Reading => ({
  kind: 'failed',
  code: 'metric/rejected' satisfies MetricFailure['code'],
  message: `no metric source is called ${JSON.stringify(name)}`,
});
