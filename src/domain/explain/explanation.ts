import type { DeploymentId, TargetId } from '../model/ids.js';
import type { Deadline } from '../plan/deadlines.js';
import type { ServiceNow } from '../plan/outdated.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { PlanStatus } from '../model/deployment/plan-state.js';
import type { StepKind } from '../model/plan/step.js';
import type { Freeze } from '../model/plan/freeze.js';
import type { AutomationHold, HoldKind } from '../model/hold.js';
import type { ConfigurationChange } from '../fleet/configuration-change.js';
import type { Outline, WorkerSign } from '../fleet/worker-sign.js';
import type { GoingDrain } from './drains.js';
import type { Calendar } from '../ports/calendar.js';
import type { SlotView } from '../ports/deployment-store.js';
import type { TargetStatus, TargetStatuses } from '../model/target-status.js';

/** What is to be explained, and what else decides about it. */
export interface ExplainInput {
  readonly deployment: Deployment;
  /** Of its service. */
  readonly slot: SlotView;
  readonly freezes: readonly Freeze[];
  readonly automationHold: AutomationHold | null;
  /** What is known of the service's targets. */
  readonly known: TargetStatuses;
  readonly calendar: Calendar;
  /** What its service has by now, where that was asked. */
  readonly service?: ServiceNow;
  /** The last of its service that was completed and not taken back, where there is one and it was asked. */
  readonly active?: Deployment | undefined;
  /** What the workers say of themselves, where they were asked. */
  readonly workers?: readonly WorkerSign[];
  /** What can be shown of their configurations and that of the plan, by fingerprint. */
  readonly outlines?: ReadonlyMap<string, Outline>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Why a deployment is where it is, and what happens next. Times are epoch milliseconds. */
export interface Explanation {
  readonly id: DeploymentId;
  readonly state: PlanStatus;
  /** Why it ended, stopped or goes back; `null` where no reason is due. */
  readonly reason: string | null;
  /** Where its execution stands, or stopped; `null` before and after it. */
  readonly step: StandingStep | null;
  /** Everything that keeps it from going on, each by itself. */
  readonly holds: readonly Holding[];
  /** Who says what serves meanwhile, in a sentence part; `null` once it has ended. */
  readonly sight: string | null;
  /** Its targets that somebody else held out of the router when that was last asked; none once it has ended. */
  readonly heldOut: readonly HeldOutTarget[];
  /** Places of its router that were away and have missed what was changed since. */
  readonly behind: readonly string[];
  /** What metric sources warned of, and series that are NaN. */
  readonly metricNotes: readonly MetricNote[];
  /** What is configured now and was not when it was planned; `null` once it has ended. */
  readonly configuration: ConfigurationChange | null;
  /** Targets that it drains just now. */
  readonly drains: readonly GoingDrain[];
  /** What it waits for an answer from. */
  readonly calls: readonly GoingCall[];
  /** The nearest first. */
  readonly deadlines: readonly DueDate[];
  /** What comes next, in a sentence part. */
  readonly next: string;
  /** When that comes by itself; `null` where nobody can know. */
  readonly nextAt: number | null;
  /** What a person can do about it. */
  readonly options: readonly Option[];
}

export interface MetricNote {
  readonly analysis: string;
  readonly metric: string;
  /** A sentence part. */
  readonly note: string;
}

export interface StandingStep {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly kind: StepKind;
  /** `deploy web-1, web-2` */
  readonly what: string;
}

export type HoldingKind = HoldKind | 'analysis' | 'wait' | 'retry';

export interface Holding {
  readonly kind: HoldingKind;
  /** A sentence part. */
  readonly reason: string;
  /** Since when this holds it; `null` where that was not written down. */
  readonly since: number | null;
  /** When it ends by itself; `null` where it does not, or nobody can know. */
  readonly until: number | null;
  /** Who or what ends it before that. */
  readonly liftedBy: string;
  /** How a person does; `null` where nobody can. */
  readonly command: string | null;
}

export interface HeldOutTarget {
  readonly target: TargetId;
  readonly how: NonNullable<TargetStatus['heldOut']>;
}

export interface GoingCall {
  /** A target's id, or `router`. */
  readonly to: string;
  readonly doing: 'deploy' | 'restore' | 'retire' | 'shift';
  readonly since: number | null;
  readonly worker: string | null;
  /** From 1. */
  readonly attempt: number;
}

export interface DueDate {
  readonly kind: Deadline['kind'] | 'approval_expiry' | 'start_by' | 'gate' | 'target_deadline';
  readonly at: number;
  /** What happens then, in a sentence part. */
  readonly outcome: string;
}

export interface Option {
  readonly command: string;
  /** In a sentence part. */
  readonly does: string;
}
