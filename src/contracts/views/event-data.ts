import type {
  Measurement,
  MetricMeasurement,
  Reading,
} from '../../domain/model/deployment/measurement.js';
import type { PlanEvent } from '../../domain/model/deployment/plan-event.js';

type Data = Readonly<Record<string, unknown>>;

/** What an event says beyond its type. Samples are only counted: there may be thousands. */
export function eventData(event: PlanEvent): Data {
  const { type: _, ...data } = event;
  if (event.type === 'deployment.measured') {
    return { ...data, measurement: measurementView(event.measurement) };
  }
  if (event.type === 'deployment.analysis_started') {
    const { step, analysis, mode } = event;
    return { step, analysis, mode };
  }
  return data;
}

const measurementView = ({ at, round, metrics }: Measurement): Data => ({
  at,
  round,
  metrics: metrics.map(metricView),
});

const metricView = ({ name, canary, baseline }: MetricMeasurement): Data => ({
  name,
  canary: readingView(canary),
  baseline: baseline && readingView(baseline),
});

function readingView(reading: Reading): Data {
  if (reading.kind !== 'values') return { ...reading };
  const [value] = reading.values;
  const { length: count } = reading.values;
  const { notes } = reading;
  return { kind: 'values', count, ...(count === 1 && { value }), ...(notes && { notes }) };
}
