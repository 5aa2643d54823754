import { ok } from '../../domain/model/result.js';
import type { MetricFailure } from '../../domain/model/deployment/measurement.js';
import type { MetricQuery, MetricSource } from '../../domain/ports/metric-source.js';
import { failed } from '../metrics/ask-source.js';
import { callFunction, type FunctionFailure } from './call-function.js';

/** What a metric function is told besides the query. */
export interface MetricContext extends Omit<MetricQuery, 'query'> {
  readonly signal: AbortSignal;
}

/** A value, several (of several series, or over the range), infinite ones too; or `null` for no data: never a zero. */
export type MetricFunctionAnswer = number | readonly number[] | null;

/** Answers a query. A throw is a refusal; one that says `transient: true` is a source that can't be reached. */
export type MetricFunction = (
  query: string,
  context: MetricContext,
) => MetricFunctionAnswer | Promise<MetricFunctionAnswer>;

/** Lets a plain function answer metric queries. */
export function functionSource(
  answer: MetricFunction,
  { timeoutMs = 5_000 }: { readonly timeoutMs?: number } = {},
): MetricSource {
  return {
    kind: 'function',
    async query({ query, ...asked }, signal) {
      const told = await callFunction((stop) => answer(query, { ...asked, signal: stop }), {
        ...{ name: 'the metric function', timeoutMs, signal },
      });
      if (!told.ok) return failed(codeOf(told.error), messageOf(told.error, timeoutMs));
      const given = typeof told.value === 'number' ? [told.value] : (told.value ?? []);
      const values = given.filter((value) => typeof value === 'number' && !Number.isNaN(value));
      const series = Math.min(1, given.length);
      return ok({ values, notNumbers: given.length - values.length, series });
    },
  };
}

const messageOf = ({ kind, message }: FunctionFailure, timeoutMs: number): string =>
  kind === 'timeout' ? `no answer within ${timeoutMs} ms` : message;

function codeOf({ kind, transient }: FunctionFailure): MetricFailure['code'] {
  if (kind === 'timeout') return 'metric/timeout';
  if (kind === 'aborted') return 'metric/aborted';
  return transient ? 'metric/unreachable' : 'metric/rejected';
}
