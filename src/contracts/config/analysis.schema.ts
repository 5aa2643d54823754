import { z } from 'zod';
import type { AnalysisSpec, MetricRule } from '../../domain/model/plan/analysis-spec.js';
import { queryProblem } from '../../domain/analysis/render-query.js';
import { duration } from '../values/duration.js';
import { TextSchema } from '../values/schemas.js';
import { resolveLimit, strayQuery, unfitRounds } from './analysis-limit.js';

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
  name: TextSchema.max(100).meta({
    description: 'What the metric is called in results.',
    examples: ['errors'],
  }),
  source: TextSchema.max(100).meta({
    description: 'Name of one of the [metric sources](#metric-sources).',
    examples: ['prometheus'],
  }),
  query: QuerySchema.meta({
    description:
      'Query in the source’s language. Placeholders such as `{version}` and `{window}` are filled in ([guide](../guides/analysis.md)).',
    examples: ['sum(rate(http_requests_total{code=~"5..",version="{version}"}[{window}]))'],
  }),
  baselineQuery: QuerySchema.optional().meta({
    description: 'Query for the baseline, where filling in the old version does not find it.',
    examples: ['sum(rate(errors_total{flag="off"}[{window}]))'],
  }),
  direction: z
    .enum(['lower', 'higher'])
    .optional()
    .describe('Which way is better. Default: follows from the limit.'),
  baseline: z
    .enum(['stable', 'previous'])
    .optional()
    .describe(
      'What the new version is compared with: the old one beside it (`stable`), or its own time before (`previous`).',
    ),
  max: z
    .number()
    .optional()
    .describe('The most that is good, without a baseline. Give just one limit.'),
  min: z.number().optional().describe('The least that is good, without a baseline.'),
  maxIncrease: MarginSchema.optional().meta({
    description:
      'How much more than the baseline is still good: a number in the metric’s unit, or a percentage.',
    examples: ['10%'],
  }),
  maxDecrease: MarginSchema.optional().meta({
    description: 'How much less than the baseline is still good.',
    examples: ['5%'],
  }),
  weight: z
    .number()
    .min(0)
    .max(1_000)
    .default(1)
    .describe('Weight in the score. With 0 the metric is only shown.'),
  critical: z.boolean().default(false).describe('Decides alone when it is unhealthy or unclear.'),
  noData: PolicySchema.default('wait').describe('What it means when the source has no data.'),
  tooLittleData: PolicySchema.default('wait').describe(
    'What it means when there is less than `minSamples`, or data in fewer than `count` rounds.',
  ),
  sourceDown: PolicySchema.default('inconclusive').describe(
    'What it means when the source can’t be asked.',
  ),
  onWarnings: z
    .enum(['noData', 'ignore'])
    .default('noData')
    .describe(
      'What it means when the source warns of its answer, a partial one say: no data, or the answer as it is. The warning is shown either way.',
    ),
};

const ThresholdMetricSchema = z.strictObject({
  kind: z.literal('threshold'),
  ...common,
  minSamples: z.int().min(1).max(MOST_ROUNDS).default(1).describe('Rounds that must have a value.'),
  failureLimit: z
    .int()
    .min(0)
    .max(MOST_ROUNDS)
    .default(0)
    .describe(
      'How many of the `count` rounds may be beyond the limit: fewer than `count`, and never all that were measured.',
    ),
});

const RateMetricSchema = z.strictObject({
  kind: z.literal('rate'),
  ...common,
  total: QuerySchema.meta({
    description: 'Query that counts all events; `query` counts the bad ones among them.',
    examples: ['sum(increase(http_requests_total{version="{version}"}[{window}]))'],
  }),
  baselineTotal: QuerySchema.optional().meta({
    description: 'The same for the baseline; together with `baselineQuery`.',
    examples: ['sum(increase(http_requests_total{flag="off"}[{window}]))'],
  }),
  emptyIsZero: z
    .boolean()
    .default(true)
    .describe('No series for `query` means no bad event, as long as `total` has some.'),
  minSamples: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(50)
    .describe('Events on each side that are needed for a verdict.'),
});

const LatencyMetricSchema = z.strictObject({
  kind: z.literal('latency'),
  ...common,
  step: duration({ min: 100, max: 3_600_000 })
    .optional()
    .describe(
      'Time between two samples; at most `interval`. Default: 5 s, or `interval` where that is shorter.',
    ),
  minSamples: z
    .int()
    .min(1)
    .max(MOST_ROUNDS)
    .default(10)
    .describe('Samples on each side that are needed for a verdict.'),
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
  })
  .meta({ title: 'metric' });

/** How a configuration says what is measured of a new version; its name is its key. */
export const AnalysisSchema = z
  .strictObject({
    metrics: z
      .tuple([MetricSchema], MetricSchema)
      .refine(({ length }) => length <= 50, 'expected at most 50 metrics')
      .describe('What is measured.'),
    initialDelay: duration().default(0).describe('Time to warm up, which is not measured.'),
    interval: duration({ min: 100, max: 86_400_000 })
      .default(30_000)
      .describe('Time between two rounds. Each round looks back over it.'),
    count: z
      .int()
      .min(1)
      .max(MOST_ROUNDS)
      .default(10)
      .describe(
        'Number of rounds. No version is healthy on fewer: with `mode: background` the deployment waits for them before its last stage.',
      ),
    onInconclusive: z
      .enum(['pause', 'fail', 'pass'])
      .default('pause')
      .describe('What happens when the verdict is unclear.'),
    consecutiveErrorLimit: z
      .int()
      .min(0)
      .max(MOST_ROUNDS)
      .default(4)
      .describe('Failures of a source in a row that are waited out.'),
    passScore: z
      .number()
      .min(0)
      .max(100)
      .default(95)
      .describe('Percent of the weight that must be healthy.'),
    marginalScore: z
      .number()
      .min(0)
      .max(100)
      .default(75)
      .describe('Below this percentage it is unhealthy; from here to `passScore` it is unclear.'),
    sequential: z
      .boolean()
      .default(true)
      .describe(
        'Judge after every round, with tests made for that. With `false`: once, after the last.',
      ),
    stopWhenShown: z
      .boolean()
      .default(false)
      .describe('End before the last round when every metric has shown that it keeps its limit.'),
    confidence: z
      .number()
      .min(0.8)
      .max(0.9999)
      .default(0.95)
      .describe('How sure a verdict must be.'),
  })
  .superRefine(({ metrics, interval, passScore, marginalScore, ...analysis }, context) => {
    const refuse = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    for (const [at, metric] of metrics.entries()) {
      if (metrics.findIndex(({ name }) => name === metric.name) < at) {
        refuse(['metrics', at, 'name'], `another metric is called ${metric.name} already`);
      }
      const unfit = unfitRounds(metric, { count: analysis.count, interval });
      if (unfit !== null) refuse(['metrics', at, unfit.field], unfit.message);
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
  })
  .meta({ title: 'analysis' });

export type AnalysisInput = z.input<typeof AnalysisSchema>;
