import { z } from 'zod';
import type { AnalysisSpec, MetricRule } from '../../domain/model/plan/analysis-spec.js';
import { queryProblem } from '../../domain/analysis/render-query.js';
import { duration } from '../values/duration.js';
import { TextSchema } from '../values/schemas.js';
import { resolveLimit } from './analysis-limit.js';

/** At most so many samples are kept of a metric anyway. */
const MOST_ROUNDS = 2_000;

/** In the source's language; placeholders are those of an analysis, and no others. */
const QuerySchema = z
  .string()
  .min(1)
  .max(10_000)
  .superRefine((query, context) => {
    const problem = queryProblem(query);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

const PolicySchema = z.enum(['fail', 'wait', 'inconclusive', 'pass']);

/** A number in the metric's own unit, or a percentage of the baseline. */
const MarginSchema = z.union([
  z.number().min(0),
  z.templateLiteral([z.number().min(0), '%'], 'expected a number or a percentage such as "10%"'),
]);

const common = {
  name: TextSchema.max(100),
  /** Name of one of the configured metric sources. */
  source: TextSchema.max(100),
  query: QuerySchema,
  /** For a baseline that filling in the old version does not find: the users with the flag off. */
  baselineQuery: QuerySchema.optional(),
  /** Which way is better; follows from the limit where it is left out. */
  direction: z.enum(['lower', 'higher']).optional(),
  /** The old version beside the new one, or the previous deployment's own time. */
  baseline: z.enum(['stable', 'previous']).optional(),
  /** The most or least that is good, without a baseline. */
  max: z.number().optional(),
  min: z.number().optional(),
  /** How much more, or less, than the baseline is still good: in the metric's unit, or as "10%" of the baseline. */
  maxIncrease: MarginSchema.optional(),
  maxDecrease: MarginSchema.optional(),
  /** 0 only watches. */
  weight: z.number().min(0).max(1_000).default(1),
  /** Decides alone when it is unhealthy or unclear. */
  critical: z.boolean().default(false),
  noData: PolicySchema.default('wait'),
  tooLittleData: PolicySchema.default('wait'),
  sourceDown: PolicySchema.default('inconclusive'),
  /** An answer that its source warns of, such as a partial one: no data, or taken as it is. It is shown either way. */
  onWarnings: z.enum(['noData', 'ignore']).default('noData'),
};

const ThresholdMetricSchema = z.strictObject({
  kind: z.literal('threshold'),
  ...common,
  /** Rounds that must have a value. */
  minSamples: z.int().min(1).max(MOST_ROUNDS).default(1),
  /** Rounds that may be over the limit. */
  failureLimit: z.int().min(0).max(MOST_ROUNDS).default(0),
});

const RateMetricSchema = z.strictObject({
  kind: z.literal('rate'),
  ...common,
  /** What `query` counts the events among. */
  total: QuerySchema,
  baselineTotal: QuerySchema.optional(),
  /** No series for `query` is no event, as long as `total` has some. */
  emptyIsZero: z.boolean().default(true),
  /** Trials, on each side. */
  minSamples: z.int().min(1).max(1_000_000_000).default(50),
});

const LatencyMetricSchema = z.strictObject({
  kind: z.literal('latency'),
  ...common,
  /** Between samples; at most the interval. Default 5 s, or the interval where that is shorter. */
  step: duration({ min: 100, max: 3_600_000 }).optional(),
  /** Samples, on each side. */
  minSamples: z.int().min(1).max(MOST_ROUNDS).default(10),
});

const MetricSchema = z
  .discriminatedUnion('kind', [ThresholdMetricSchema, RateMetricSchema, LatencyMetricSchema])
  .transform((metric, context) => {
    const { baseline, max, min, maxIncrease, maxDecrease, direction, ...rest } = metric;
    const written = { baseline, max, min, maxIncrease, maxDecrease, direction };
    const limit = resolveLimit(written, metric.kind);
    const stray = strayQuery(metric);
    if (stray !== null) context.addIssue({ code: 'custom', ...stray });
    if (limit.ok) return { ...rest, ...limit.value };
    context.addIssue({ code: 'custom', path: [limit.error.field], message: limit.error.message });
    return z.NEVER;
  });

type Written = z.output<
  typeof ThresholdMetricSchema | typeof RateMetricSchema | typeof LatencyMetricSchema
>;

/** A baseline's own query needs a baseline; events and trials are asked of the same side. */
function strayQuery(metric: Written): { path: string[]; message: string } | null {
  if (metric.baselineQuery !== undefined && metric.baseline === undefined) {
    return { path: ['baselineQuery'], message: 'expected only beside a baseline' };
  }
  if (metric.kind !== 'rate') return null;
  const { baselineQuery, baselineTotal } = metric;
  return (baselineQuery === undefined) === (baselineTotal === undefined)
    ? null
    : { path: ['baselineTotal'], message: 'expected together with baselineQuery' };
}

/** How a configuration says what is measured of a new version; its name is its key. */
export const AnalysisSchema = z
  .strictObject({
    metrics: z
      .tuple([MetricSchema], MetricSchema)
      .refine(({ length }) => length <= 50, 'expected at most 50 metrics'),
    /** Warm-up that is not measured. */
    initialDelay: duration().default(0),
    /** Between rounds; each looks back over it. */
    interval: duration({ min: 100, max: 86_400_000 }).default(30_000),
    /** Rounds. */
    count: z.int().min(1).max(MOST_ROUNDS).default(10),
    onInconclusive: z.enum(['pause', 'fail', 'pass']).default('pause'),
    /** Failures of a source in a row that are waited out. */
    consecutiveErrorLimit: z.int().min(0).max(MOST_ROUNDS).default(4),
    /** Percent of the weight that must be healthy; below `marginalScore` it is unhealthy, between them inconclusive. */
    passScore: z.number().min(0).max(100).default(95),
    marginalScore: z.number().min(0).max(100).default(75),
    /** Judge after every round, by tests made for that, or once after the last. */
    sequential: z.boolean().default(true),
    /** Healthy before the last round when every metric is shown to keep its limit. */
    stopWhenShown: z.boolean().default(false),
    confidence: z.number().min(0.8).max(0.9999).default(0.95),
  })
  .superRefine(({ metrics, interval, passScore, marginalScore, ...analysis }, context) => {
    const refuse = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    for (const [at, metric] of metrics.entries()) {
      if (metrics.findIndex(({ name }) => name === metric.name) < at) {
        refuse(['metrics', at, 'name'], `another metric is called ${metric.name} already`);
      }
      if (metric.kind === 'latency' && (metric.step ?? 0) > interval) {
        refuse(['metrics', at, 'step'], `expected at most the interval, ${interval} ms`);
      }
    }
    if (metrics.every(({ weight }) => weight === 0)) {
      refuse(['metrics'], 'expected a metric with a weight above 0');
    }
    if (marginalScore > passScore) {
      refuse(['marginalScore'], `expected at most passScore, ${passScore}`);
    }
    if (analysis.stopWhenShown && !analysis.sequential) {
      refuse(['stopWhenShown'], 'expected only together with sequential: true');
    }
  })
  .transform(({ metrics: [first, ...others], ...analysis }): Omit<AnalysisSpec, 'name'> => {
    const rule = (metric: z.output<typeof MetricSchema>): MetricRule =>
      metric.kind === 'latency'
        ? { ...metric, step: metric.step ?? Math.min(5_000, analysis.interval) }
        : metric;
    return { ...analysis, metrics: [rule(first), ...others.map(rule)] };
  });

export type AnalysisInput = z.input<typeof AnalysisSchema>;
