import {
  beginAnalysis,
  withMeasurement,
  type AnalysisProgress,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import type {
  AnalysisSpec,
  LatencyRule,
  RateRule,
  ThresholdRule,
} from '../../../src/domain/model/plan/analysis-spec.js';
import type { MetricReport } from '../../../src/domain/model/deployment/analysis-report.js';
import type { MetricValue } from '../../../src/domain/model/metric-value.js';
import type { AnalysisSubject } from '../../../src/domain/analysis/analysis-subject.js';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import type {
  MetricMeasurement,
  Reading,
} from '../../../src/domain/model/deployment/measurement.js';
import { environmentName, serviceName, targetId, version } from '../../../src/domain/model/ids.js';
import type { Target } from '../../../src/domain/model/target.js';

const base = {
  source: 'prom',
  query: 'q',
  direction: 'lower',
  weight: 1,
  critical: false,
  noData: 'wait',
  tooLittleData: 'wait',
  sourceDown: 'inconclusive',
} as const;

/** So much worse than the old version beside it is still good. */
export const margin = (kind: 'absolute' | 'relative', by: number) =>
  ({ kind: 'baseline', baseline: 'stable', margin: { kind, by } }) as const;

export const threshold = (changes: Partial<ThresholdRule> = {}): ThresholdRule => ({
  ...base,
  kind: 'threshold',
  name: 'cpu',
  against: { kind: 'limit', limit: 80 },
  minSamples: 1,
  failureLimit: 0,
  ...changes,
});

export const rate = (changes: Partial<RateRule> = {}): RateRule => ({
  ...base,
  kind: 'rate',
  name: 'errors',
  query: 'bad',
  total: 'all',
  emptyIsZero: true,
  against: margin('absolute', 0.01),
  minSamples: 50,
  ...changes,
});

export const latency = (changes: Partial<LatencyRule> = {}): LatencyRule => ({
  ...base,
  kind: 'latency',
  name: 'p95',
  step: 1_000,
  against: margin('relative', 0.1),
  minSamples: 10,
  ...changes,
});

export const analysis = (
  metrics: AnalysisSpec['metrics'],
  changes: Partial<AnalysisSpec> = {},
): AnalysisSpec => ({
  name: 'health',
  metrics,
  initialDelay: 0,
  interval: 10_000,
  count: 4,
  onInconclusive: 'pause',
  consecutiveErrorLimit: 2,
  passScore: 95,
  marginalScore: 75,
  sequential: true,
  stopWhenShown: false,
  confidence: 0.95,
  ...changes,
});

export const values = (...found: readonly MetricValue[]): Reading => ({
  kind: 'values',
  values: found,
});
export const counts = (events: MetricValue, trials: MetricValue): Reading => ({
  kind: 'counts',
  events,
  trials,
});
export const noData: Reading = { kind: 'no_data', message: 'the query matched no series' };
export const failed: Reading = {
  kind: 'failed',
  code: 'metric/unreachable',
  message: 'connection refused',
};
export const refused: Reading = { kind: 'failed', code: 'metric/rejected', message: 'parse error' };

/** What the sides of each metric came to in one round, by name; a side that is left out has no reading. */
export type Round = Readonly<Record<string, readonly [Reading, Reading?]>>;

/** The progress after these rounds, one interval apart. */
export function after(
  spec: AnalysisSpec,
  rounds: readonly Round[],
  mode: 'inline' | 'background' = 'inline',
): AnalysisProgress {
  return rounds.reduce<AnalysisProgress>(
    (progress, round, at) =>
      withMeasurement(progress, {
        at: (at + 1) * spec.interval,
        round: at + 1,
        metrics: Object.entries(round).map(
          ([name, [canary, baseline = null]]): MetricMeasurement => ({ name, canary, baseline }),
        ),
      }),
    beginAnalysis(spec, 0, mode),
  );
}

/** The report of the first metric. */
export function judged(spec: AnalysisSpec, rounds: readonly Round[], final = false): MetricReport {
  const [metric] = judgeAnalysis(spec, after(spec, rounds), { at: 1, final }).metrics;
  if (metric === undefined) throw new Error('no metric was judged');
  return metric;
}

const target = (id: string, address: string, colour?: string): Target => ({
  id: targetId(id),
  name: id,
  address,
  metadata: colour === undefined ? {} : { colour },
});

export const subject: AnalysisSubject = {
  service: serviceName('api'),
  environment: environmentName('production'),
  version: version('1.4.2'),
  previousVersion: version('1.4.1'),
  targets: [target('web-1', '10.0.0.1:80', 'green'), target('web-2', '10.0.0.2:80', 'green')],
  baseline: [target('web-3', '10.0.0.3:80', 'blue')],
  startedAt: 0,
  previousWindow: { start: -3_600_000, end: -600_000 },
};
