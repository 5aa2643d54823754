import type { MetricFailure, Reading } from '../model/deployment/measurement.js';
import { metricValue } from '../model/metric-value.js';
import type { Direction, RateRule } from '../model/plan/analysis-spec.js';
import type { Result } from '../model/result.js';
import type { MetricAnswer } from '../ports/metric-source.js';
import { answerNotes, nothingFound, warnedOf } from './answer-notes.js';

type Answer = Result<MetricAnswer, MetricFailure>;

/** Events and trials of one round, each the sum of its series. */
export function rateReading(rule: RateRule, events: Answer, total: Answer): Reading {
  if (!events.ok) return { kind: 'failed', ...events.error };
  if (!total.ok) return { kind: 'failed', ...total.error };
  const answers = [events.value, total.value];
  const warned = warnedOf(rule, answers);
  if (warned !== null) return warned;
  if (total.value.values.length === 0) return nothingFound('the total', total.value);
  const none = events.value.values.length === 0;
  if (none && !(rule.emptyIsZero && events.value.series === 0)) {
    return nothingFound('the query', events.value);
  }
  const trials = trialsOf(total.value.values);
  const found = eventsAmong(trials, events.value.values, rule.direction);
  const notes = answerNotes(answers);
  // What `x - x offset 1m` gives when a counter begins again: it would take events away that were counted before.
  if (trials < 0 || (found < 0 && Number.isFinite(found))) {
    const message = `the ${trials < 0 ? 'total' : 'query'} counts less than nothing, as where a counter began again at 0: expected a count such as increase(…)`;
    return { kind: 'no_data', message, ...notes };
  }
  if (Number.isNaN(trials) || Number.isNaN(found)) {
    return {
      kind: 'no_data',
      message: 'an infinite part of an infinite total is no rate',
      ...notes,
    };
  }
  return { kind: 'counts', events: metricValue(found), trials: metricValue(trials), ...notes };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** NaN where series are infinite either way. */
function trialsOf(values: readonly number[]): number {
  const trials = sum(values);
  return trials === Number.NEGATIVE_INFINITY ? 0 : trials;
}

/**
 * The infinity that is worse than any limit stays. One that is better than any is what a count
 * can be at its best, so that no later round can hide behind it. NaN where both are infinite.
 */
function eventsAmong(trials: number, values: readonly number[], direction: Direction): number {
  const [worst, best, atBest] =
    direction === 'lower'
      ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
      : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, trials];
  const infinite = values.includes(worst) ? worst : values.includes(best) ? atBest : null;
  if (infinite === null) return sum(values);
  return Number.isFinite(trials) || infinite === 0 ? infinite : Number.NaN;
}
