import type { AnalysisSpec } from './analysis-spec.js';
import type { LimitKey } from './limits.js';
import type { Forecast } from '../../plan/compile/forecast.js';
import type { Policy } from './policy.js';
import type { Step } from './step.js';
import type { Target } from '../target.js';
import type { StrategySpec } from './strategy-spec.js';

/** What will be done, decided once when it is planned and never edited. */
export interface DeploymentPlan {
  readonly strategy: StrategySpec;
  /** In the order in which the strategy takes them. */
  readonly targets: readonly Target[];
  readonly steps: readonly Step[];
  /** Targets that must go on serving at any time, on the way back too; 0 where the strategy sets no limit. */
  readonly floor: number;
  /** What verification will look at; the worker's configuration says how. */
  readonly checks: readonly CheckSummary[];
  /** Those that its steps name. */
  readonly analyses: readonly AnalysisSpec[];
  readonly driver: DriverSummary;
  /** The kind of its router; `null` without one. */
  readonly router: string | null;
  /** The kind of its flag store; `null` without one. */
  readonly flags: string | null;
  readonly policy: Policy;
  /** What it shares with deployments of other services. */
  readonly limits: readonly LimitKey[];
  /** The service's own, which limits and windows go by. */
  readonly labels: Readonly<Record<string, string>>;
  readonly forecast: Forecast;
  /** Driver and checks that a trusted publisher brought along, for the adapters to read; `null` as a rule. */
  readonly trusted: TrustedSettings | null;
}

export type TrustedSettings = Readonly<Record<string, unknown>>;

export interface CheckSummary {
  readonly name: string;
  readonly kind: string;
  readonly critical: boolean;
}

/** What the driver of this service can promise. */
export interface DriverSummary {
  readonly kind: string;
  /** Refuses a call with an older fence than it has seen. Where it can't, a takeover waits the old call out. */
  readonly fences: boolean;
  /** Can take a target back to running nothing: what a rollback of a first version needs. */
  readonly removes: boolean;
}
