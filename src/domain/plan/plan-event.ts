import type { Verification } from '../health/verification.js';
import type { DeploymentId, TargetId, Version } from '../ids.js';
import type { RollbackCause } from './plan-state.js';
import type { Evidence } from './target.js';

/** What happened to a deployment: past tense, numbered from 1 per deployment. */
export type PlanEvent =
  | { readonly type: 'deployment.planned' }
  | { readonly type: 'deployment.approved'; readonly by: string | null }
  | { readonly type: 'deployment.started'; readonly previous: PreviousVersion | null }
  | {
      readonly type: 'deployment.target_started';
      readonly target: TargetId;
      readonly fence: number;
      readonly worker: string;
    }
  | {
      readonly type: 'deployment.target_updated';
      readonly target: TargetId;
      readonly evidence: Evidence;
    }
  | {
      readonly type: 'deployment.target_retried';
      readonly target: TargetId;
      readonly error: string;
      readonly attempt: number;
      readonly retryAt: number;
    }
  | {
      readonly type: 'deployment.target_failed';
      readonly target: TargetId;
      readonly error: string;
      readonly evidence: Evidence | null;
    }
  | { readonly type: 'deployment.waiting'; readonly step: number; readonly until: number }
  | { readonly type: 'deployment.step_completed'; readonly step: number }
  | { readonly type: 'deployment.paused'; readonly reason: string }
  | { readonly type: 'deployment.resumed' }
  | { readonly type: 'deployment.verifying' }
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
      readonly type: 'deployment.target_restoring';
      readonly target: TargetId;
      readonly fence: number;
      readonly worker: string;
    }
  | {
      readonly type: 'deployment.target_restored';
      readonly target: TargetId;
      readonly version: Version | null;
      readonly evidence: Evidence;
    }
  | {
      readonly type: 'deployment.target_unrestored';
      readonly target: TargetId;
      readonly error: string;
      readonly evidence: Evidence | null;
    }
  | {
      readonly type: 'deployment.rolled_back';
      readonly reason: string;
      readonly verification: Verification | null;
    }
  | { readonly type: 'deployment.failed'; readonly reason: string }
  | { readonly type: 'deployment.cancelled'; readonly reason: string };

export type PlanEventType = PlanEvent['type'];

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

/** The last good version under a deployment: what its rollback goes back to. */
export interface PreviousVersion {
  readonly version: Version;
  readonly deploymentId: DeploymentId;
}
