import type { MetricAnswer, MetricSource } from '../ports/metric-source.js';
import type { Target } from '../model/target.js';
import { err, type Result } from '../model/result.js';
import { SAMPLES_KEPT } from '../model/deployment/analysis-progress.js';
import type { MetricRule } from '../model/plan/analysis-spec.js';
import type { AnalysisSubject, TimeWindow } from './analysis-subject.js';
import type { Reading, MetricFailure } from '../model/deployment/measurement.js';
import { metricValue } from '../model/metric-value.js';
import { answerNotes, nothingFound, warnedOf } from './answer-notes.js';
import { rateReading } from './read-rate.js';
import { renderQuery, type Side } from './render-query.js';

/** One look of one metric at one side. */
export interface Look {
  readonly source: MetricSource;
  readonly subject: AnalysisSubject;
  readonly side: Side;
  readonly targets: readonly Target[];
  readonly window: TimeWindow;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export async function readMetric(rule: MetricRule, look: Look): Promise<Reading> {
  const old = look.side === 'baseline';
  const query = old ? (rule.baselineQuery ?? rule.query) : rule.query;
  if (rule.kind === 'rate') {
    const trials = old ? (rule.baselineTotal ?? rule.total) : rule.total;
    const [events, total] = await Promise.all([ask(query, rule, look), ask(trials, rule, look)]);
    return rateReading(rule, events, total);
  }
  const answer = await ask(query, rule, look);
  if (!answer.ok) return { kind: 'failed', ...answer.error };
  const warned = warnedOf(rule, [answer.value]);
  if (warned !== null) return warned;
  const { values } = answer.value;
  if (values.length === 0) return nothingFound('the query', answer.value);
  const notes = answerNotes([answer.value]);
  if (rule.kind === 'latency') return { kind: 'values', values: values.map(metricValue), ...notes };
  const worst = values.reduce((a, b) =>
    rule.direction === 'lower' ? Math.max(a, b) : Math.min(a, b),
  );
  return { kind: 'values', values: [metricValue(worst)], ...notes };
}

/** A source that breaks its promise not to throw has not answered. */
async function ask(
  template: string,
  rule: MetricRule,
  look: Look,
): Promise<Result<MetricAnswer, MetricFailure>> {
  const { source, window, now, signal } = look;
  const length = window.end - window.start;
  const step = rule.kind === 'latency' ? stepOf(rule.step, length) : length;
  const query = renderQuery(template, {
    ...look,
    window: length,
    step,
    quoting: source.kind === 'http_json' ? 'url' : 'regex',
  });
  if (!query.ok) return err({ code: 'metric/rejected', message: query.error });
  const range = rule.kind === 'latency' && length > step;
  try {
    return await source.query(
      {
        query: query.value,
        kind: rule.kind === 'latency' ? 'range' : 'instant',
        // The first point is one step in: the one before belongs to the last round.
        start: range ? window.start + step : window.end,
        end: window.end,
        stepMs: step,
        now,
      },
      signal,
    );
  } catch (error) {
    return err({ code: 'metric/unreachable', message: `the source failed: ${String(error)}` });
  }
}

/** No more points than are kept: a previous deployment's window may be days. */
const stepOf = (step: number, length: number): number =>
  Math.max(step, Math.ceil(length / SAMPLES_KEPT));
