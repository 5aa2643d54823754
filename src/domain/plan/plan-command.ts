import type { Verification } from '../health/verification.js';
import type { TargetId, Version } from '../ids.js';
import type { PreviousVersion } from './plan-event.js';
import type { RollbackCause } from './plan-state.js';
import type { Evidence } from './target.js';

/** What may be asked of a deployment, or reported to it. Times are epoch milliseconds. */
export type PlanCommand =
  | { readonly type: 'approve'; readonly by: string | null }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'begin'; readonly previous: PreviousVersion | null }
  | {
      readonly type: 'start_target';
      readonly target: TargetId;
      readonly fence: number;
      readonly worker: string;
    }
  | { readonly type: 'update_target'; readonly target: TargetId; readonly evidence: Evidence }
  | FailedCall<'fail_target'>
  | { readonly type: 'wait'; readonly step: number; readonly until: number }
  | { readonly type: 'complete_step'; readonly step: number }
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'resume' }
  | { readonly type: 'judge'; readonly verification: Verification; readonly at: number }
  | { readonly type: 'rollback'; readonly reason: string; readonly cause: RollbackCause }
  | {
      readonly type: 'start_restore';
      readonly target: TargetId;
      readonly fence: number;
      readonly worker: string;
    }
  | {
      readonly type: 'restore_target';
      readonly target: TargetId;
      readonly version: Version | null;
      readonly evidence: Evidence;
    }
  | FailedCall<'fail_restore'>
  | { readonly type: 'finish_rollback'; readonly verification: Verification | null }
  | { readonly type: 'give_up'; readonly reason: string };

export type CommandType = PlanCommand['type'];

interface FailedCall<Type extends string> {
  readonly type: Type;
  readonly target: TargetId;
  readonly error: string;
  /** Whether trying again may help; the policy says how often it is tried. */
  readonly transient: boolean;
  readonly evidence: Evidence | null;
  readonly at: number;
}
