/** What is measured of a new version, how often, and what it must hold. Durations are milliseconds. */
export interface AnalysisSpec {
  readonly name: string;
  readonly metrics: readonly [MetricRule, ...MetricRule[]];
  /** Warm-up that is not measured. */
  readonly initialDelay: number;
  /** Between rounds; the first comes one interval after the warm-up, and each looks back over what passed since. */
  readonly interval: number;
  /** The rounds it is to have: inline all there are, in the background the least before the verdict. */
  readonly count: number;
  /** What the deployment does when the analysis cannot tell. */
  readonly onInconclusive: 'pause' | 'fail' | 'pass';
  /** Failures of a source in a row, per metric, that are waited out; one more and its `sourceDown` policy counts. */
  readonly consecutiveErrorLimit: number;
  /** Percent of the weight that must be healthy. */
  readonly passScore: number;
  /** Percent of the weight below which it is unhealthy; between the two it is inconclusive. */
  readonly marginalScore: number;
  /**
   * `true`: rates and latencies are judged after every round, by tests that may be
   * looked at so often. `false`: once, after the last round, by tests that see a little more.
   */
  readonly sequential: boolean;
  /** Healthy already when every metric is shown to be within its limit; only with `sequential`. */
  readonly stopWhenShown: boolean;
  /**
   * Of the intervals, above 0.5 and below 1. A version just at its limit is called
   * unhealthy at most (1 − confidence) / 2 of the time, per metric and over the whole analysis.
   */
  readonly confidence: number;
}

export type MetricRule = ThresholdRule | RateRule | LatencyRule;
export type RuleKind = MetricRule['kind'];

/** One value a round, or the worst of several series, which must keep its limit. */
export interface ThresholdRule extends RuleBase {
  readonly kind: 'threshold';
  /** Of the rounds that are asked for, how many may be over the limit; fewer than all. */
  readonly failureLimit: number;
}

/** Events among trials, summed over all series and rounds; rounded to whole ones when judged. */
export interface RateRule extends RuleBase {
  readonly kind: 'rate';
  readonly total: string;
  readonly baselineTotal?: string | undefined;
  /** No series for the events while the total has some is none of them: a version without a 5xx has no such series. */
  readonly emptyIsZero: boolean;
}

/** Samples of a distribution: compared whole with a baseline's, or their median with a limit. */
export interface LatencyRule extends RuleBase {
  readonly kind: 'latency';
  /** Between samples. What the query averages over should be no longer, or samples overlap and count twice. */
  readonly step: number;
}

interface RuleBase {
  readonly name: string;
  /** Name of a configured metric source. */
  readonly source: string;
  /** In the source's language, with placeholders: `render-query.ts`. */
  readonly query: string;
  /** What the baseline is asked, where filling in the old version is not enough: the users with the flag off. */
  readonly baselineQuery?: string | undefined;
  /** Which way is better. */
  readonly direction: Direction;
  readonly against: Against;
  readonly weight: number;
  /** Unhealthy or unclear, it decides alone. */
  readonly critical: boolean;
  /** Nothing at all was found. */
  readonly noData: DataPolicy;
  /** Fewer than `minSamples`, or data in fewer rounds than were asked for; counts after the last round. */
  readonly tooLittleData: DataPolicy;
  /** The source gave no answer: more often in a row than is waited out, or at the last round. */
  readonly sourceDown: DataPolicy;
  /** Whether an answer counts that its source warns of, a partial one say. A plan that does not say takes it. */
  readonly onWarnings?: 'noData' | 'ignore' | undefined;
  /** Of rounds (threshold), trials (rate) or samples (latency), on each side. */
  readonly minSamples: number;
}

export type Direction = 'lower' | 'higher';

/** `wait`: measure on; inconclusive after the last round. `pass` is never silent: the report says that nothing was measured. */
export type DataPolicy = 'fail' | 'wait' | 'inconclusive' | 'pass';

export type Against =
  | { readonly kind: 'limit'; readonly limit: number }
  | { readonly kind: 'baseline'; readonly baseline: BaselineKind; readonly margin: Margin };

/** `stable`: the old version, beside the new one, now. `previous`: the previous deployment's own window. */
export type BaselineKind = 'stable' | 'previous';

/** How much worse than the baseline is still good: in the metric's unit, or as a share of the baseline (0.1 is 10 %). */
export interface Margin {
  readonly kind: 'absolute' | 'relative';
  readonly by: number;
}

/** The worst that is still good beside this value of the baseline. */
export function worstAllowed(baseline: number, margin: Margin, direction: Direction): number {
  // What a share of it or a bit more of it would be is undefined, and it stays what it is.
  if (!Number.isFinite(baseline)) return baseline;
  const by = margin.kind === 'absolute' ? margin.by : Math.abs(baseline) * margin.by;
  return direction === 'lower' ? baseline + by : baseline - by;
}
