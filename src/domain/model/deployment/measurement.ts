import type { MetricValue } from '../metric-value.js';

/** One round of an analysis. */
export interface Measurement {
  readonly at: number;
  /** From 1. */
  readonly round: number;
  readonly metrics: readonly MetricMeasurement[];
}

export interface MetricMeasurement {
  readonly name: string;
  readonly canary: Reading;
  /** `null` where the rule has no baseline, or has it already. */
  readonly baseline: Reading | null;
}

/** What one side of a metric came to: something, nothing, or no answer. */
export type Reading = Data | NoData | SourceFailed;

export type Data =
  | (Noted & { readonly kind: 'values'; readonly values: readonly MetricValue[] })
  /** As the source gave them, which need not be whole: Prometheus extrapolates. */
  | (Noted & {
      readonly kind: 'counts';
      readonly events: MetricValue;
      readonly trials: MetricValue;
    });

export interface NoData extends Noted {
  readonly kind: 'no_data';
  readonly message: string;
}

interface Noted {
  /** What the source warned of, and the series beside the others that are NaN; each a phrase for people. */
  readonly notes?: readonly string[];
}

export interface SourceFailed {
  readonly kind: 'failed';
  readonly code: MetricFailure['code'];
  readonly message: string;
}

export interface MetricFailure {
  /**
   * `rejected`: refused for good (a bad query, no permission, a missing credential, an answer that
   * makes no sense); repeating it won't help. `unreachable` and `timeout` may pass by themselves.
   */
  readonly code: 'metric/unreachable' | 'metric/timeout' | 'metric/rejected' | 'metric/aborted';
  /** One sentence, free of secrets. */
  readonly message: string;
}
