import type { MetricValue } from '../metric-value.js';

/** What an analysis came to, or how it stands; plain data, kept in the deployment and shown to people. */
export interface AnalysisReport {
  readonly name: string;
  readonly at: number;
  readonly round: number;
  readonly rounds: number;
  readonly verdict: AnalysisVerdict;
  /** Percent of the weight that is healthy by now. */
  readonly score: number;
  readonly reason: string;
  readonly metrics: readonly MetricReport[];
}

export type AnalysisVerdict = 'running' | 'healthy' | 'unhealthy' | 'inconclusive';

export interface MetricReport extends MetricFinding {
  readonly name: string;
  readonly verdict: AnalysisVerdict;
  /** What the verdict rests on: the measurements, or the policy for one of three ways to have none. */
  readonly basis: 'measured' | 'no_data' | 'too_little_data' | 'source_down';
  /** Rounds (threshold), trials (rate) or samples (latency); of the baseline `null` where there is none. */
  readonly n: { readonly canary: MetricValue; readonly baseline: MetricValue | null };
  /** One sentence. */
  readonly reason: string;
}

/** The figures. `null` where there was nothing to compute them from. */
export interface MetricFinding {
  /** Against a limit the value itself; against a baseline how much more it is. In the metric's unit. */
  readonly estimate: MetricValue | null;
  /** Of the estimate, at `confidence`. */
  readonly interval: readonly [low: MetricValue, high: MetricValue] | null;
  readonly confidence: number | null;
  readonly effect: EffectSize | null;
  /** One-sided, that it is worse; of this look alone, but for `sequential_…` tests, whose p holds at all looks. */
  readonly pValue: number | null;
  readonly test: TestName | null;
}

/** Beside the baseline: the ratio of the rates; how often one sample is above another, −1 to 1; the change as a share. */
export interface EffectSize {
  readonly measure: 'relative_risk' | 'cliffs_delta' | 'relative_change';
  readonly value: MetricValue;
}

export type TestName =
  | 'threshold'
  | 'exact_binomial'
  | 'fisher'
  | 'chi_squared'
  | 'sequential_binomial'
  | 'sequential_two_binomials'
  | 'sign'
  | 'mann_whitney_exact'
  | 'mann_whitney';

export const NOTHING_FOUND: MetricFinding = {
  estimate: null,
  interval: null,
  confidence: null,
  effect: null,
  pValue: null,
  test: null,
};

/** What the figures say of the limit: broken, kept, or neither shown. */
export interface Judged {
  readonly evidence: 'worse' | 'within' | 'open';
  readonly finding: MetricFinding;
  readonly sentence: string;
}

export const EVIDENCE_WORDS = {
  worse: 'worse than allowed',
  within: 'shown to be within it',
  open: 'not shown to be worse',
} satisfies Record<Judged['evidence'], string>;
