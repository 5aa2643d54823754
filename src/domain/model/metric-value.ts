/**
 * A figure of a metric as JSON can hold it. A figure that is not finite is a figure:
 * as a number JSON would make `null` of it, so it is a text, as Prometheus writes it.
 */
export type MetricValue = number | '+Inf' | '-Inf';

/** Of whatever is not NaN. */
export function metricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return value;
  return value > 0 ? '+Inf' : '-Inf';
}

/** `null` for NaN, which is no figure at all: the difference of two infinities, say. */
export const metricValueIfAny = (value: number): MetricValue | null =>
  Number.isNaN(value) ? null : metricValue(value);

export function numberOf(value: MetricValue): number {
  if (typeof value === 'number') return value;
  return value === '+Inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
