import type { MetricSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricSource } from '../../domain/ports/metric-source.js';
import { createHttpJsonSource } from './http-json.source.js';
import { createPrometheusSource } from './prometheus.source.js';

type SpecOf<Kind extends MetricSourceSpec['kind']> = Extract<MetricSourceSpec, { kind: Kind }>;
type Sources = {
  readonly [Kind in MetricSourceSpec['kind']]: (spec: SpecOf<Kind>) => MetricSource;
};

const SOURCES = {
  prometheus: createPrometheusSource,
  http_json: createHttpJsonSource,
} satisfies Sources;

/** The metric source that a configuration asks for. Nothing is connected until it is asked. */
export const createMetricSource = (spec: MetricSourceSpec): MetricSource => create(SOURCES, spec);

const create = <Kind extends MetricSourceSpec['kind']>(
  sources: Sources,
  spec: SpecOf<Kind>,
): MetricSource => sources[spec.kind](spec);
