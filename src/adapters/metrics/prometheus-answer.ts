import { z } from 'zod';
import { ok } from '../../domain/model/result.js';
import { failed, type Outcome, type SourceAnswer } from './ask-source.js';
import { statusFailure } from './status-failure.js';

const SampleSchema = z.tuple([z.number(), z.string()]);
/** A sample of a native histogram comes without `value`, and beside it in a range. */
const VectorSchema = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ value: SampleSchema.optional(), histogram: z.unknown().optional() })),
});
const MatrixSchema = z.object({
  resultType: z.literal('matrix'),
  result: z.array(
    z.object({ values: z.array(SampleSchema).default([]), histograms: z.unknown().optional() }),
  ),
});
const ScalarSchema = z.object({ resultType: z.literal('scalar'), result: SampleSchema });
const TextSchema = z.object({ resultType: z.literal('string'), result: SampleSchema });

const AnswerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      VectorSchema,
      MatrixSchema,
      ScalarSchema,
      TextSchema,
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);
type Data = Extract<z.output<typeof AnswerSchema>, { status: 'success' }>['data'];

/** What an answer of the HTTP API means; warnings in it are left aside. */
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
  if (parsed.success && parsed.data.status === 'success') return count(parsed.data.data, place);
  return failed('metric/rejected', `${place} answered ${status} with no answer of Prometheus' API`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function count(data: Data, place: string): Outcome {
  const rejected = (what: string): Outcome =>
    failed('metric/rejected', `${place}: the query gives ${what}`);
  if (data.resultType === 'string') return rejected('a text, expected numbers');
  const series = data.resultType === 'scalar' ? [{ value: data.result }] : data.result;
  if (series.some((one) => 'histogram' in one || 'histograms' in one)) {
    return rejected('histograms, expected numbers such as those of histogram_quantile');
  }
  const texts = series
    .flatMap((one) => ('values' in one ? one.values : one.value === undefined ? [] : [one.value]))
    .map(([, text]) => text);
  const strange = texts.find((text) => !NUMBER.test(text));
  if (strange !== undefined) return rejected(`${JSON.stringify(strange)}, expected numbers`);
  const values = texts.map(Number).filter(Number.isFinite);
  return ok({ values, notNumbers: texts.length - values.length, series: series.length });
}

/** As Go writes a float64. `Number` makes NaN of `+Inf` and `-Inf`, and they are no numbers here either. */
const NUMBER = /^(?:NaN|[+-]?Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;
