import { metricValueIfAny, numberOf, type MetricValue } from '../metric-value.js';
import type { AnalyzeStep } from '../plan/step.js';
import type { AnalysisSpec } from '../plan/analysis-spec.js';
import type { Data, Measurement, MetricMeasurement, NoData, SourceFailed } from './measurement.js';

/** The newest samples that are kept, per metric and side: a deployment is read and written whole. */
export const SAMPLES_KEPT = 2_000;
/** Significant digits that are kept of a sample. */
const DIGITS = 6;
/** Different remarks on its data that are kept of a metric; all of them are in the events. */
const NOTES_KEPT = 5;

/** How far an analysis has come; plain data, kept inside the deployment. */
export interface AnalysisProgress {
  readonly startedAt: number;
  readonly rounds: number;
  readonly lastRoundAt: number | null;
  /**
   * In the background, where it measures on behind the rounds it is to have: that number. It is
   * judged on the newest rounds, at least so many and at most twice as many, so that no good
   * hours before can hide what is bad now.
   */
  readonly lookback?: number;
  /** In the order of the rules. */
  readonly metrics: readonly MetricProgress[];
}

export interface MetricProgress extends Sides {
  readonly name: string;
  /** What the `lookback` rounds came to that were full before these. */
  readonly earlier?: Sides;
  /** The next round looks back to here. It stays while the source is down: nothing of that time is lost. */
  readonly measuredUntil: number;
  readonly consecutiveErrors: number;
  /** Why the last round counted for nothing; `null` when it counted. */
  readonly lastProblem: Problem | null;
  /** What the source said of its answers: warnings, and series beside the others that are NaN. */
  readonly notes?: readonly string[];
}

export interface Sides {
  /** `null` while nothing was found. */
  readonly canary: Gathered | null;
  readonly baseline: Gathered | null;
}

/** Values of thresholds and latencies, or the counts of a rate; the others stay empty. */
export interface Gathered {
  readonly values: readonly MetricValue[];
  /** Values ever, those too that are no longer kept. */
  readonly seen: number;
  readonly events: MetricValue;
  readonly trials: MetricValue;
  /**
   * Rounds that had data. One in which the source gave no answer counts with the next that has data,
   * as that looks back over both. Not said by older versions.
   */
  readonly rounds?: number;
}

const NOTHING_YET: Gathered = { values: [], seen: 0, events: 0, trials: 0, rounds: 0 };

export type Problem = (NoData | SourceFailed) & { readonly side: 'canary' | 'baseline' };

/** @param mode in the background it has no last round: it measures until it is judged at the end */
export const beginAnalysis = (
  spec: AnalysisSpec,
  at: number,
  mode: AnalyzeStep['mode'] = 'inline',
): AnalysisProgress => ({
  ...(mode === 'background' && { lookback: spec.count }),
  startedAt: at,
  rounds: 0,
  lastRoundAt: null,
  metrics: spec.metrics.map(({ name }) => ({
    name,
    canary: null,
    baseline: null,
    measuredUntil: at + spec.initialDelay,
    consecutiveErrors: 0,
    lastProblem: null,
  })),
});

/** When the next round is due; `null` inline when all are taken. A late round delays the next: rounds never bunch up. */
export function nextMeasurementAt(spec: AnalysisSpec, progress: AnalysisProgress): number | null {
  if (progress.rounds >= spec.count && progress.lookback === undefined) return null;
  return nextRoundAt(spec, progress);
}

/** When another round would be due, whether or not there is one. */
export const nextRoundAt = (spec: AnalysisSpec, progress: AnalysisProgress): number =>
  (progress.lastRoundAt ?? progress.startedAt + spec.initialDelay) + spec.interval;

/** A round that was counted already, or that skips one, changes nothing. */
export function withMeasurement(
  progress: AnalysisProgress,
  measurement: Measurement,
): AnalysisProgress {
  if (measurement.round !== progress.rounds + 1) return progress;
  return {
    ...progress,
    rounds: measurement.round,
    lastRoundAt: measurement.at,
    metrics: progress.metrics.map((metric) => {
      const measured = measurement.metrics.find(({ name }) => name === metric.name);
      if (measured === undefined) return metric;
      const before = isFull(progress) ? fromHere(metric, measured) : metric;
      return advance(before, measured, measurement.at);
    }),
  };
}

/** With the next round, another `lookback` rounds begin. */
const isFull = ({ rounds, lookback }: AnalysisProgress): boolean =>
  lookback !== undefined && rounds > 0 && rounds % lookback === 0;

/** A baseline that is in the past, and was taken once, stays as it is. */
function fromHere(metric: MetricProgress, measured: MetricMeasurement): MetricProgress {
  const { canary, baseline } = metric;
  return measured.baseline === null
    ? { ...metric, canary: null, earlier: { canary, baseline: null } }
    : { ...metric, canary: null, baseline: null, earlier: { canary, baseline } };
}

/** All that a judgement of the metric rests on. */
export function gathered({ canary, baseline, earlier }: MetricProgress): Sides {
  return {
    canary: both(earlier?.canary ?? null, canary),
    baseline: both(earlier?.baseline ?? null, baseline),
  };
}

function both(before: Gathered | null, now: Gathered | null): Gathered | null {
  if (before === null || now === null) return now ?? before;
  return {
    values: [...before.values, ...now.values].slice(-SAMPLES_KEPT),
    seen: before.seen + now.seen,
    events: together(before.events, now.events),
    trials: together(before.trials, now.trials),
    ...roundsOf(before, now.rounds),
  };
}

/** A round counts for both sides or for neither, so that both are of the same time. */
function advance(
  metric: MetricProgress,
  { canary, baseline }: MetricMeasurement,
  at: number,
): MetricProgress {
  if (canary.kind === 'failed') return failed(metric, { ...canary, side: 'canary' });
  if (baseline?.kind === 'failed') return failed(metric, { ...baseline, side: 'baseline' });
  const notes = new Set([metric, canary, baseline].flatMap((said) => said?.notes ?? []));
  const answered = {
    ...metric,
    consecutiveErrors: 0,
    measuredUntil: at,
    ...(notes.size > 0 && { notes: [...notes].slice(0, NOTES_KEPT) }),
  };
  if (canary.kind === 'no_data') {
    return { ...answered, lastProblem: { ...canary, side: 'canary' } };
  }
  if (baseline?.kind === 'no_data') {
    return { ...answered, lastProblem: { ...baseline, side: 'baseline' } };
  }
  return {
    ...answered,
    canary: gather(metric.canary, canary, 1 + metric.consecutiveErrors),
    baseline:
      baseline === null
        ? metric.baseline
        : gather(metric.baseline, baseline, 1 + metric.consecutiveErrors),
    lastProblem: null,
  };
}

const failed = (metric: MetricProgress, problem: Problem): MetricProgress => ({
  ...metric,
  consecutiveErrors: metric.consecutiveErrors + 1,
  lastProblem: problem,
});

function gather(before: Gathered | null, data: Data, rounds: number): Gathered {
  const known = before ?? NOTHING_YET;
  const sofar = { ...known, ...roundsOf(known, rounds) };
  if (data.kind === 'counts') {
    const { events, trials } = data;
    return {
      ...sofar,
      events: together(sofar.events, events),
      trials: together(sofar.trials, trials),
    };
  }
  const shorter = data.values.map((value) =>
    typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value,
  );
  return {
    ...sofar,
    values: [...sofar.values, ...shorter].slice(-SAMPLES_KEPT),
    seen: sofar.seen + shorter.length,
  };
}

/** Of which one part is not known, the whole is not known either. */
const roundsOf = (
  { rounds: before }: Gathered,
  more: number | undefined,
): Pick<Gathered, 'rounds'> =>
  before === undefined || more === undefined ? {} : { rounds: before + more };

/** An infinite count stays what it is. Readings have them on one side only: what is worse than any limit. */
const together = (before: MetricValue, more: MetricValue): MetricValue =>
  metricValueIfAny(numberOf(before) + numberOf(more)) ?? before;
