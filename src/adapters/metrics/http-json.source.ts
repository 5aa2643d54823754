import type { HttpJsonSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricQuery, MetricSource } from '../../domain/ports/metric-source.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import type { NetworkGuard } from '../net/network-guard.js';
import { askSource, failed, type Outcome, type SourceAnswer } from './ask-source.js';
import { parseJsonPath, pick, type JsonPath } from './json-path.js';
import { statusFailure } from './status-failure.js';

/** Asks any endpoint that answers JSON, and takes the numbers at one path of it. */
export function createHttpJsonSource(spec: HttpJsonSourceSpec, guard: NetworkGuard): MetricSource {
  const path = parseJsonPath(spec.path);
  return {
    kind: spec.kind,
    query: async (query, signal) => {
      const url = address(spec, query);
      if (!url.ok) return failed('metric/rejected', url.error);
      return askSource(spec, { url: url.value }, (answer) => read(answer, path), signal, guard);
    },
  };
}

/** Values of a deployment are filled into the query: they must not lead to another place. */
function address(spec: HttpJsonSourceSpec, query: MetricQuery): Result<URL, string> {
  const base = new URL(spec.url.replace(/\/+$/, ''));
  const text = query.query === '' || /^[/?]/.test(query.query) ? query.query : `/${query.query}`;
  const url = new URL(base.href.replace(/\/+$/, '') + text);
  const folder = base.pathname.replace(/\/*$/, '/');
  if (url.origin !== base.origin || !`${url.pathname}/`.startsWith(folder)) {
    return err(`${JSON.stringify(query.query)} leads out of ${base.href}`);
  }
  const { window } = spec;
  if (window === undefined) return ok(url);
  const unit = window.unit === 's' ? 1_000 : 1;
  url.searchParams.set(window.start, String(query.start / unit));
  url.searchParams.set(window.end, String(query.end / unit));
  if (window.step !== undefined && query.kind === 'range') {
    url.searchParams.set(window.step, String(query.stepMs / unit));
  }
  return ok(url);
}

function read(answer: SourceAnswer, path: JsonPath): Outcome {
  const failure = statusFailure(answer);
  if (failure !== null) return failure;
  const { status, body, place } = answer;
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return failed('metric/rejected', `${place} answered ${status} with a body that is no JSON`);
  }
  const found = pick(document, path);
  const numbers = found.map(numberOf);
  const strange = numbers.indexOf(undefined);
  if (strange !== -1) {
    const kind = Array.isArray(found[strange]) ? 'array' : typeof found[strange];
    return failed(
      'metric/rejected',
      `${place}: the path leads to a value of type ${kind}, expected numbers`,
    );
  }
  const values = numbers.filter((value): value is number => Number.isFinite(value));
  return ok({
    values,
    notNumbers: numbers.length - values.length,
    series: Math.min(1, numbers.length),
  });
}

/** Many APIs write numbers as text, and gaps as null or NaN; `undefined` for what was never a number. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?(?:NaN|Inf(?:inity)?)$/i.test(value)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
}
