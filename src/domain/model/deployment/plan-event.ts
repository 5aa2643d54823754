import type { Verification } from '../verification.js';
import type { TargetId } from '../ids.js';
import type { AnalysisReport } from './analysis-report.js';
import type { AnalysisProgress } from './analysis-progress.js';
import type { Measurement } from './measurement.js';
import type { Hold } from '../hold.js';
import type { OldFlag, RemovedFlags } from './old-flag.js';
import type { Declared } from '../declared.js';
import type { Override, Resized } from './progress.js';
import type { RollbackCause } from './plan-state.js';
import type { Step } from '../plan/step.js';
import type { Evidence } from '../target.js';
import type { PreviousVersion, RollbackOrder, TakesBack } from './takes-back.js';
import type { TargetEvent } from './target-event.js';
import type { TrafficShares } from '../traffic-shares.js';

/** What happened to a deployment: past tense, numbered from 1 per deployment. */
export type PlanEvent =
  | TargetEvent
  /** `rollback`: it goes back to its version, and why. */
  | { readonly type: 'deployment.planned'; readonly rollback?: RollbackOrder }
  /** One approval of several; `missing` more are needed. */
  | {
      readonly type: 'deployment.approval_given';
      readonly by: string;
      readonly missing: number;
      readonly reason?: string;
      /** Fingerprint of the configuration that was in force. */
      readonly configuration?: string;
    }
  | {
      readonly type: 'deployment.approved';
      readonly by: string | null;
      readonly reason?: string;
      /** Fingerprint of the configuration that was in force. */
      readonly configuration?: string;
    }
  /** They were given for another configuration than the one in force: they count no more. */
  | {
      readonly type: 'deployment.approvals_lapsed';
      readonly by: readonly string[];
      readonly reason: string;
      /** Fingerprint of the configuration in force. */
      readonly configuration: string;
      /** How many are needed now. */
      readonly missing: number;
    }
  | { readonly type: 'deployment.held'; readonly hold: Hold }
  | ({ readonly type: 'deployment.overridden' } & Override)
  | {
      readonly type: 'deployment.started';
      readonly previous: PreviousVersion | null;
      /** What the service should be: where the way back leads. `null` where nothing was ever completed. */
      readonly declared: Declared | null;
      /** The shares that the service has as long as nothing else is asked for; `null` where nobody knows. */
      readonly shares: TrafficShares | null;
      /** What a rollback to a named version goes back past. */
      readonly takesBack?: TakesBack;
      /** The steps, where the situation at the start is not the planned one any more. */
      readonly replanned?: readonly Step[];
      /** What its targets can carry, and what must go on serving, where that is not as planned any more. */
      readonly resized?: Resized;
      /** Targets that somebody else holds out of the router. */
      readonly heldOut?: readonly TargetId[];
      /** The windows and freezes that an override went through. */
      readonly overridden?: readonly Hold[];
    }
  | { readonly type: 'deployment.waiting'; readonly step: number; readonly until: number }
  | { readonly type: 'deployment.step_completed'; readonly step: number }
  | {
      readonly type: 'deployment.step_retried';
      readonly step: number;
      readonly error: string;
      readonly attempt: number;
      readonly retryAt: number;
    }
  | {
      readonly type: 'deployment.shift_started';
      readonly step: number;
      readonly before: TrafficShares;
      readonly shares: TrafficShares;
    }
  | {
      readonly type: 'deployment.shifted';
      readonly step: number;
      readonly shares: TrafficShares;
      readonly evidence: Evidence;
      /** How many requests the router had given to each target that loses the traffic by it. */
      readonly counted?: Readonly<Record<string, number>>;
    }
  /** How many requests the targets that lost the traffic had over the last so many milliseconds. */
  | {
      readonly type: 'deployment.requests_counted';
      /** `null` where the router could not be asked. */
      readonly requests: number | null;
      readonly overMs: number;
      /** What the router has counted of each since it began. */
      readonly targets: Readonly<Record<string, number>> | null;
    }
  | {
      readonly type: 'deployment.flag_started';
      readonly step: number;
      readonly flag: string;
      readonly before: number | null;
      readonly percent: number;
    }
  | {
      readonly type: 'deployment.flag_set';
      readonly step: number;
      readonly flag: string;
      readonly percent: number;
      readonly evidence: Evidence;
    }
  /** Somebody else changed it since it was written: it is not set. */
  | {
      readonly type: 'deployment.flag_changed';
      readonly step: number;
      readonly flag: string;
      /** What was found, in a sentence part. */
      readonly found: string;
      readonly mark: string;
      /** What it counts as until it is set. */
      readonly before: number | null;
    }
  | {
      readonly type: 'deployment.gate_reached';
      readonly step: number;
      readonly name: string;
      /** When its timeout decides (epoch milliseconds); `null` waits for ever. */
      readonly until: number | null;
    }
  | {
      readonly type: 'deployment.promoted';
      readonly step: number;
      readonly by: string;
      /** Everything that only waits or judges is passed over from here on. */
      readonly all: boolean;
      readonly reason?: string;
    }
  | {
      readonly type: 'deployment.analysis_started';
      readonly step: number;
      readonly analysis: string;
      readonly mode: 'inline' | 'background';
      readonly progress: AnalysisProgress;
    }
  | {
      readonly type: 'deployment.measured';
      readonly step: number;
      readonly analysis: string;
      readonly measurement: Measurement;
    }
  | {
      readonly type: 'deployment.analyzed';
      readonly step: number;
      readonly analysis: string;
      readonly report: AnalysisReport;
    }
  | { readonly type: 'deployment.paused'; readonly reason: string }
  | { readonly type: 'deployment.resumed'; readonly reason?: string }
  | { readonly type: 'deployment.verifying' }
  /** Flags of versions before, which are about to be removed. */
  | { readonly type: 'deployment.flags_removing'; readonly flags: readonly OldFlag[] }
  | ({ readonly type: 'deployment.flags_removed' } & RemovedFlags)
  | {
      readonly type: 'deployment.inconclusive';
      readonly verification: Verification;
      readonly retryAt: number;
    }
  | { readonly type: 'deployment.verified'; readonly verification: Verification }
  | { readonly type: 'deployment.completed' }
  | {
      readonly type: 'deployment.rollback_started';
      readonly reason: string;
      readonly cause: RollbackCause;
    }
  | {
      readonly type: 'deployment.restore_retried';
      readonly error: string;
      readonly attempt: number;
      readonly retryAt: number;
    }
  | {
      readonly type: 'deployment.traffic_restoring';
      readonly before: TrafficShares;
      readonly shares: TrafficShares;
    }
  | {
      readonly type: 'deployment.traffic_restored';
      readonly shares: TrafficShares;
      readonly evidence: Evidence;
    }
  | {
      readonly type: 'deployment.flag_restoring';
      readonly flag: string;
      readonly percent: number | null;
    }
  | {
      readonly type: 'deployment.flag_restored';
      readonly flag: string;
      readonly percent: number | null;
      readonly evidence: Evidence;
    }
  /** Somebody else changed it since this deployment set it: it does not get its percentage from before. */
  | {
      readonly type: 'deployment.flag_left';
      readonly flag: string;
      /** What was found, in a sentence part. */
      readonly found: string;
    }
  | {
      readonly type: 'deployment.rolled_back';
      readonly reason: string;
      readonly verification: Verification | null;
    }
  | {
      readonly type: 'deployment.failed';
      readonly reason: string;
      readonly stoppedAt?: number;
      /** The service has a newer version by now: what is active there does not change. */
      readonly superseded?: true;
      /** Somebody ended it without waiting for what was under way. */
      readonly forced?: true;
    }
  /** A failed deployment goes on where it stopped. */
  | {
      readonly type: 'deployment.retried';
      readonly by: string;
      readonly step: number;
      readonly reason?: string;
    }
  | { readonly type: 'deployment.cancelled'; readonly reason: string };

export type PlanEventType = PlanEvent['type'];
export type EventOf<T extends PlanEventType> = Extract<PlanEvent, { type: T }>;

/** An event as it was written down. */
export interface RecordedEvent {
  /** From 1, without gaps, per deployment. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Who caused it: a person, a publisher or a worker. */
  readonly actor: string;
  readonly event: PlanEvent;
}
