import type { HttpJsonSourceSpec } from '../../contracts/config/metric-source.schema.js';
import type { MetricQuery, MetricSource } from '../../domain/ports/metric-source.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import type { NetworkGuard } from '../net/network-guard.js';
import { askSource, failed, type Outcome, type SourceAnswer } from './ask-source.js';
import { floatOf } from './float-text.js';
import { parseJsonPath, pick, type JsonPath } from './json-path.js';
import { statusFailure } from './status-failure.js';

/** Asks any endpoint that answers JSON, and takes the numbers at one path of it. */
export function createHttpJsonSource(spec: HttpJsonSourceSpec, guard: NetworkGuard): MetricSource {
  const paths = {
    numbers: parseJsonPath(spec.path),
    warnings: spec.warnings === undefined ? null : parseJsonPath(spec.warnings),
  };
  return {
    kind: spec.kind,
    query: async (query, signal) => {
      const url = address(spec, query);
      if (!url.ok) return failed('metric/rejected', url.error);
      return askSource(spec, { url: url.value }, (answer) => read(answer, paths), signal, guard);
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

interface Paths {
  readonly numbers: JsonPath;
  readonly warnings: JsonPath | null;
}

function read(answer: SourceAnswer, paths: Paths): Outcome {
  const failure = statusFailure(answer);
  if (failure !== null) return failure;
  const { status, body, place } = answer;
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return failed('metric/rejected', `${place} answered ${status} with a body that is no JSON`);
  }
  const found = pick(document, paths.numbers);
  const numbers = found.map(numberOf);
  const strange = numbers.indexOf(undefined);
  if (strange !== -1) {
    const kind = Array.isArray(found[strange]) ? 'array' : typeof found[strange];
    return failed(
      'metric/rejected',
      `${place}: the path leads to a value of type ${kind}, expected numbers`,
    );
  }
  const values = numbers.flatMap((value) =>
    value === undefined || Number.isNaN(value) ? [] : [value],
  );
  const warnings = paths.warnings === null ? [] : warningsOf(pick(document, paths.warnings));
  return ok({
    values,
    notNumbers: numbers.length - values.length,
    series: Math.min(1, numbers.length),
    ...(warnings.length > 0 && { warnings }),
  });
}

/** Many APIs write numbers as text, and gaps as null or NaN; `undefined` for what was never a number. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?NaN$/i.test(value)) return Number.NaN;
  return NUMBER.test(value) ? floatOf(value) : undefined;
}

const NUMBER = /^[+-]?(?:Inf(?:inity)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

/** Texts, or a flag that is set; a list of them has its elements each. What says that all is well is none. */
const warningsOf = (found: readonly unknown[]): readonly string[] =>
  found.flat().flatMap((value) => {
    if (value === null || value === false || value === '' || value === 0) return [];
    return [typeof value === 'string' ? value : `the answer says ${JSON.stringify(value)}`];
  });
