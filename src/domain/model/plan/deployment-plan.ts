import type { Capacities } from '../traffic/capacities.js';
import type { AnalysisSpec } from './analysis-spec.js';
import type { FlagStanding } from './flag-standing.js';
import type { LimitKey } from './limits.js';
import type { Policy } from './policy.js';
import type { TargetId } from '../ids.js';
import type { Step } from './step.js';
import type { MovedTarget, RemovedTarget } from './removed-target.js';
import type { Target } from '../target.js';
import type { StrategySpec } from './strategy-spec.js';

/** What will be done, decided once when it is planned and never edited. */
export interface DeploymentPlan {
  readonly strategy: StrategySpec;
  /** In the order in which the strategy takes them. */
  readonly targets: readonly Target[];
  /** Those that left the configuration, and what becomes of them; not said where there are none. */
  readonly removed?: readonly RemovedTarget[];
  /** Those that are at another place, or have another driver, than when they were deployed to; not said where there are none. */
  readonly moved?: readonly MovedTarget[];
  readonly steps: readonly Step[];
  /** What its targets can carry, as far as it was known when it was planned; not said where all can carry the same. */
  readonly capacities?: Capacities;
  /** Capacity that must go on serving at any time, on the way back too: targets, where all can carry the same. 0 where the strategy sets no limit. */
  readonly floor: number;
  /** What verification will look at; the worker's configuration says how. */
  readonly checks: readonly CheckSummary[];
  /** Those that its steps name. */
  readonly analyses: readonly AnalysisSpec[];
  readonly driver: DriverSummary;
  /** The kind of its router; `null` without one. */
  readonly router: string | null;
  /** How long persistent clients are let after a switch, in milliseconds; not said: for ever. */
  readonly persistentGraceMs?: number;
  /** The kind of its flag store; `null` without one. */
  readonly flags: string | null;
  /** What the flags were at that it sets; not said where they showed nothing to anybody, or nobody could tell. */
  readonly flagsAt?: readonly FlagStanding[];
  readonly policy: Policy;
  /** What it shares with deployments of other services. */
  readonly limits: readonly LimitKey[];
  /** The service's own, which limits and windows go by. */
  readonly labels: Readonly<Record<string, string>>;
  readonly forecast: Forecast;
  /** Driver and checks that a trusted publisher brought along, for the adapters to read; `null` as a rule. */
  readonly trusted: TrustedSettings | null;
  /** Fingerprint of the service's configuration it was planned with; none where there is no configuration. */
  readonly configuration?: string;
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

/** A switch of all traffic to fewer targets. */
export interface Narrowing {
  /** The index of its step. */
  readonly step: number;
  /** Targets that have the traffic before the first step, and after this one. */
  readonly from: number;
  readonly to: number;
  /** The part of the capacity that has it before, 0 to 1; not said where all can carry the same. */
  readonly part?: number;
}

/** What carrying out a plan will take, told before anything moves. Times are in milliseconds. */
export interface Forecast {
  readonly steps: number;
  readonly batches: number;
  readonly targets: number;
  readonly largestBatch: number;
  /** The least capacity that has traffic and is not just being replaced, at any moment: targets, where all can carry the same. */
  readonly lowestCapacity: number;
  /** What all targets can carry together; not said where all can carry the same. */
  readonly capacity?: number;
  /** The switch that puts all traffic on fewer targets than have it before; not said where there is none. */
  readonly narrowing?: Narrowing;
  /** Those that somebody else held out of the router when it was planned. */
  readonly heldOut: readonly TargetId[];
  /** The plan's own waits: it can't be faster. */
  readonly waitMs: number;
  /** Analyses that it waits for: inline to their last round, in the background to the rounds that are still missing. */
  readonly analysisMs: number;
  readonly gates: number;
  /** The longest that one of the gates stays open by itself; `null` where one waits for ever. */
  readonly longestGateMs: number | null;
  /** Shifts of traffic, and the draining of targets, each as slow as the router's timeout allows. */
  readonly trafficMs: number;
  /** Waits, analyses, traffic, and every driver call as slow as its timeout allows. Gates come on top. */
  readonly atMostMs: number;
  /** From its furthest step back to the previous version, with the same timeouts. */
  readonly rollbackMs: number;
}
