import type { PrometheusSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricQuery, MetricSource } from '../../domain/ports/metric-source.js';
import type { NetworkGuard } from '../net/network-guard.js';
import { askSource } from './ask-source.js';
import { readPrometheusAnswer } from './prometheus-answer.js';

/** Asks a Prometheus, or what speaks its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/ */
export const createPrometheusSource = (
  spec: PrometheusSourceSpec,
  guard: NetworkGuard,
): MetricSource => ({
  kind: spec.kind,
  query: async (query, signal) =>
    askSource(
      spec,
      { url: endpoint(spec, query), form: form(query) },
      readPrometheusAnswer,
      signal,
      guard,
    ),
});

const endpoint = ({ url }: PrometheusSourceSpec, { kind }: MetricQuery): URL =>
  new URL(`${url.replace(/\/+$/, '')}/api/v1/${kind === 'range' ? 'query_range' : 'query'}`);

/** As POST: a query may be longer than a URL can be. Times are in seconds there. */
function form({ query, kind, start, end, stepMs }: MetricQuery): URLSearchParams {
  return new URLSearchParams(
    kind === 'range'
      ? { query, start: seconds(start), end: seconds(end), step: seconds(stepMs) }
      : { query, time: seconds(end) },
  );
}

const seconds = (milliseconds: number): string => String(milliseconds / 1_000);
