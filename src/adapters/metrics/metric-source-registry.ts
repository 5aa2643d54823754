import type { MetricSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricSource } from '../../domain/ports/metric-source.js';
import { DEFAULT_GUARD, type NetworkGuard } from '../net/network-guard.js';
import { createHttpJsonSource } from './http-json.source.js';
import { createPrometheusSource } from './prometheus.source.js';

type SpecOf<Kind extends MetricSourceSpec['kind']> = Extract<MetricSourceSpec, { kind: Kind }>;
type Sources = {
  readonly [Kind in MetricSourceSpec['kind']]: (
    spec: SpecOf<Kind>,
    guard: NetworkGuard,
  ) => MetricSource;
};

const SOURCES = {
  prometheus: createPrometheusSource,
  http_json: createHttpJsonSource,
} satisfies Sources;

/** The metric source that a configuration asks for. Nothing is connected until it is asked, and then only where the guard lets it. */
export const createMetricSource = (
  spec: MetricSourceSpec,
  guard: NetworkGuard = DEFAULT_GUARD,
): MetricSource => create(SOURCES, spec, guard);

const create = <Kind extends MetricSourceSpec['kind']>(
  sources: Sources,
  spec: SpecOf<Kind>,
  guard: NetworkGuard,
): MetricSource => sources[spec.kind](spec, guard);
