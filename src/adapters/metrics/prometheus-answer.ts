import { z } from 'zod';
import { ok } from '../../domain/model/result.js';
import type { MetricAnswer } from '../../domain/ports/metric-source.js';
import { floatOf } from './float-text.js';
import { failed, type Outcome, type SourceAnswer } from './ask-source.js';
import { statusFailure } from './status-failure.js';

const SampleSchema = z.tuple([z.number(), z.string()]);
/** What names a series. It is only told: one that makes no sense must not cost the numbers. */
const MetricLabels = z.record(z.string(), z.string()).optional().catch(undefined);
/** Whoever speaks this API may leave them out, or write what is no list. */
const TextsSchema = z.array(z.string()).optional().catch(undefined);

/** A sample of a native histogram comes without `value`, and beside it in a range. */
const VectorSchema = z.object({
  resultType: z.literal('vector'),
  result: z.array(
    z.object({
      metric: MetricLabels,
      value: SampleSchema.optional(),
      histogram: z.unknown().optional(),
    }),
  ),
});
const MatrixSchema = z.object({
  resultType: z.literal('matrix'),
  result: z.array(
    z.object({
      metric: MetricLabels,
      values: z.array(SampleSchema).default([]),
      histograms: z.unknown().optional(),
    }),
  ),
});
const ScalarSchema = z.object({ resultType: z.literal('scalar'), result: SampleSchema });
const TextSchema = z.object({ resultType: z.literal('string'), result: SampleSchema });

const AnswerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    warnings: TextsSchema,
    infos: TextsSchema,
    /** VictoriaMetrics' word for some of its storage being away. */
    isPartial: z.boolean().optional().catch(undefined),
    data: z.discriminatedUnion('resultType', [
      VectorSchema,
      MatrixSchema,
      ScalarSchema,
      TextSchema,
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);
type Success = Extract<z.output<typeof AnswerSchema>, { status: 'success' }>;

/** What an answer of the HTTP API means. */
export function readPrometheusAnswer(answer: SourceAnswer): Outcome {
  const { status, body, place } = answer;
  const parsed = AnswerSchema.safeParse(parseJson(body));
  const refusal = parsed.success && parsed.data.status === 'error' ? parsed.data : null;
  // It gave up on the query by itself, which is told as 503.
  if (refusal?.errorType === 'timeout')
    return failed('metric/timeout', `${place}: ${refusal.error}`);
  const failure = statusFailure(answer, refusal?.error ?? null);
  if (failure !== null) return failure;
  if (refusal !== null) return failed('metric/rejected', `${place}: ${refusal.error}`);
  if (parsed.success && parsed.data.status === 'success') return count(parsed.data, place);
  return failed('metric/rejected', `${place} answered ${status} with no answer of Prometheus' API`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function count({ data, ...remarks }: Success, place: string): Outcome {
  const rejected = (what: string): Outcome =>
    failed('metric/rejected', `${place}: the query gives ${what}`);
  if (data.resultType === 'string') return rejected('a text, expected numbers');
  const series = data.resultType === 'scalar' ? [{ value: data.result }] : data.result;
  if (series.some((one) => 'histogram' in one || 'histograms' in one)) {
    return rejected('histograms, expected numbers such as those of histogram_quantile');
  }
  const samples = series.map((one) => ({ name: nameOf(one), texts: textsOf(one) }));
  const texts = samples.flatMap((one) => one.texts);
  const strange = texts.find((text) => !NUMBER.test(text));
  if (strange !== undefined) return rejected(`${JSON.stringify(strange)}, expected numbers`);
  const values = texts.map(floatOf).filter((value) => !Number.isNaN(value));
  const unnamed = samples.filter((one) => one.texts.some((text) => Number.isNaN(floatOf(text))));
  return ok({
    values,
    notNumbers: texts.length - values.length,
    series: series.length,
    ...remarksOf(remarks),
    ...(unnamed.length > 0 && { notNumberSeries: unnamed.map(({ name }) => name) }),
  });
}

type Series =
  | Extract<Success['data'], { resultType: 'vector' | 'matrix' }>['result'][number]
  | { readonly value: z.output<typeof SampleSchema> };

function textsOf(one: Series): readonly string[] {
  if ('values' in one) return one.values.map(([, text]) => text);
  return one.value === undefined ? [] : [one.value[1]];
}

/** `up{job="api"}`, as PromQL has it. */
function nameOf(one: Series): string {
  const { __name__: name = '', ...labels } = ('metric' in one && one.metric) || {};
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(', ')}}`;
}

function remarksOf({ warnings = [], infos = [], isPartial }: Omit<Success, 'data'>): Remarks {
  const warned = isPartial === true ? [...warnings, 'the answer is partial'] : warnings;
  return {
    ...(warned.length > 0 && { warnings: warned }),
    ...(infos.length > 0 && { infos }),
  };
}

type Remarks = Pick<MetricAnswer, 'warnings' | 'infos'>;

/** As Go writes a float64. */
const NUMBER = /^(?:NaN|[+-]?Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;
