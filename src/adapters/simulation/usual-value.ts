import type { SimulatedValue } from '../../contracts/simulation/metrics.schema.js';
import { type MetricRule, worstAllowed } from '../../domain/model/plan/analysis-spec.js';

/** A share of the events, and any other figure, of a version that is well. */
const USUAL_SHARE = { lower: 0.01, higher: 0.99 } as const;
const USUAL = 100;
/** Of a latency, as a part of its mean. */
const SPREAD = 0.05;

/**
 * What a metric shows that no data was given for: what is allowed, clearly, or
 * what is clearly worse than that.
 */
export function usualValue(rule: MetricRule, bad: boolean): SimulatedValue {
  const value = bad ? badValue(rule) : goodValue(rule);
  return rule.kind === 'latency' ? { mean: value, deviation: Math.abs(value) * SPREAD } : value;
}

function goodValue({ kind, direction, against }: MetricRule): number {
  if (against.kind === 'baseline') return kind === 'rate' ? USUAL_SHARE[direction] : USUAL;
  const { limit } = against;
  if (kind === 'rate') return direction === 'lower' ? limit / 10 : 1 - (1 - limit) / 10;
  const away = Math.abs(limit) / 2;
  return direction === 'lower' ? limit - away : limit + away;
}

function badValue(rule: MetricRule): number {
  const { kind, direction, against } = rule;
  const worst =
    against.kind === 'limit'
      ? against.limit
      : worstAllowed(goodValue(rule), against.margin, direction);
  if (kind === 'rate') return direction === 'lower' ? (1 + worst) / 2 : worst / 2;
  const away = Math.max(1, Math.abs(worst));
  return direction === 'lower' ? worst + away : worst - away;
}
