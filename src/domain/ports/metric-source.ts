import type { Result } from '../model/result.js';
import type { MetricFailure } from '../model/deployment/measurement.js';

/** A question to a metric source, with every placeholder filled in. */
export interface MetricQuery {
  /** In the source's own language (PromQL; for `http_json` a path and query string below its URL). */
  readonly query: string;
  /** `instant`: the value at `end`. `range`: one value per `stepMs` from `start` to `end`. */
  readonly kind: 'instant' | 'range';
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  /** What time it is by the clock that these times are of: a source with another clock is asked by its own. */
  readonly now?: number;
}

/** What a source found: the values of all series that matched, infinite ones too. None is an answer too, never a zero. */
export interface MetricAnswer {
  readonly values: readonly number[];
  /** Values that were there and are NaN, as of 0/0: told, never counted. */
  readonly notNumbers: number;
  /** The series that these are of, by what people know them by, where the source has names. */
  readonly notNumberSeries?: readonly string[];
  /** Series that matched; what a source that knows no series found is one. */
  readonly series: number;
  /** Why the answer may be partial or wrong, in the source's words. `onWarnings` decides whether it counts. */
  readonly warnings?: readonly string[];
  /** What else the source remarks on. It is shown, and decides nothing. */
  readonly infos?: readonly string[];
}

/** Answers metric queries. Does not throw for anything that a source can do. */
export interface MetricSource {
  readonly kind: string;
  query(query: MetricQuery, signal: AbortSignal): Promise<Result<MetricAnswer, MetricFailure>>;
}
