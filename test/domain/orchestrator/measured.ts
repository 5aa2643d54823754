import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import type { MetricSource } from '../../../src/domain/ports/metric-source.js';
import { err, ok } from '../../../src/domain/model/result.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { aWorld } from './world.js';

export const canary = (mode: 'inline' | 'background') =>
  ({ kind: 'canary', stages: [50, 100], wait: 100, analysis: { name: 'errors', mode } }) as const;

export interface Metrics {
  /** What the source says, one answer after another; the last for ever. */
  readonly says: (number | 'nothing' | 'down')[];
  asked: number;
  /** What it was asked, in order. */
  readonly queries: string[];
}

/** A world in which a canary is measured by its source. */
export function measured(
  metrics: Metrics,
  mode: 'inline' | 'background',
  spec: Partial<AnalysisSpec> = {},
) {
  const source: MetricSource = {
    kind: 'fake',
    query: async ({ query }) => {
      metrics.queries.push(query);
      const said = metrics.says[Math.min(metrics.asked, metrics.says.length - 1)] ?? 'nothing';
      metrics.asked += 1;
      if (said === 'down') return err({ code: 'metric/unreachable', message: 'down' });
      return ok({ values: said === 'nothing' ? [] : [said], notNumbers: 0, series: 1 });
    },
  };
  return aWorld({
    runtime: { metrics: () => source },
    fixture: { strategy: canary(mode), analyses: [{ ...anAnalysis('errors'), ...spec }] },
  });
}
export const metrics = (...says: Metrics['says']): Metrics => ({ says, asked: 0, queries: [] });
