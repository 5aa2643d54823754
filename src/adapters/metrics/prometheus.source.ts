import type { PrometheusSourceSpec } from '../../contracts/config/metric-source.schema.js';
import { ok } from '../../domain/model/result.js';
import type { MetricQuery, MetricSource } from '../../domain/ports/metric-source.js';
import type { NetworkGuard } from '../net/network-guard.js';
import { askSource, type Outcome } from './ask-source.js';
import { readPrometheusAnswer } from './prometheus-answer.js';

/** Clocks that differ by no more than this agree: an answer tells its time to the second. */
const AGREE_MS = 2_000;

/**
 * Asks a Prometheus, or what speaks its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/
 * Its samples have the times of its own clock. Where that differs from ours, it is asked by its
 * own: else what it says of the last minute would be of another one, or nothing.
 */
export function createPrometheusSource(
  spec: PrometheusSourceSpec,
  guard: NetworkGuard,
): MetricSource {
  /** How far its clock was ahead of ours at the last answer, in milliseconds. */
  let known = 0;

  const ask = async (
    query: MetricQuery,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: Outcome; readonly ahead: number }> => {
    const asked = performance.now();
    let ahead = known;
    const question = { url: endpoint(spec, query), form: form(query, known) };
    const outcome = await askSource(
      spec,
      question,
      (answer) => {
        ahead = aheadOf(answer.date, query.now, performance.now() - asked);
        return readPrometheusAnswer(answer);
      },
      signal,
      guard,
    );
    return { outcome, ahead };
  };

  return {
    kind: spec.kind,
    query: async (query, signal) => {
      const first = await ask(query, signal);
      const { ahead } = first;
      if (Math.abs(ahead - known) <= AGREE_MS) return remarked(first.outcome, known);
      known = ahead;
      return remarked((await ask(query, signal)).outcome, ahead);
    },
  };
}

/** What the request took may lie before or behind the time that it was answered at. */
function aheadOf(date: number | null, now: number | undefined, took: number): number {
  if (date === null || now === undefined) return 0;
  // It tells whole seconds: half a second more, on average.
  const ahead = date + 500 - (now + took);
  return Math.abs(ahead) <= AGREE_MS + took ? 0 : Math.round(ahead);
}

function remarked(outcome: Outcome, ahead: number): Outcome {
  if (!outcome.ok || ahead === 0) return outcome;
  const way = ahead > 0 ? 'ahead of' : 'behind';
  const remark = `its clock is ${Math.round(Math.abs(ahead) / 1_000)} s ${way} ours; it was asked by its own`;
  return ok({ ...outcome.value, infos: [...(outcome.value.infos ?? []), remark] });
}

const endpoint = ({ url }: PrometheusSourceSpec, { kind }: MetricQuery): URL =>
  new URL(`${url.replace(/\/+$/, '')}/api/v1/${kind === 'range' ? 'query_range' : 'query'}`);

/** As POST: a query may be longer than a URL can be. Times are in seconds there. */
function form({ query, kind, start, end, stepMs }: MetricQuery, ahead: number): URLSearchParams {
  return new URLSearchParams(
    kind === 'range'
      ? {
          query,
          start: seconds(start + ahead),
          end: seconds(end + ahead),
          step: seconds(stepMs),
        }
      : { query, time: seconds(end + ahead) },
  );
}

const seconds = (milliseconds: number): string => String(milliseconds / 1_000);
