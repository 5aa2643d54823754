import type { TargetId, Version } from '../ids.js';
import type { RemovedFate } from '../plan/removed-target.js';
import type { TargetStatus } from '../target-status.js';
import type { DrainCount, Evidence } from '../target.js';

/** What happened to a target of a deployment, or was found of one. */
export type TargetEvent =
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
      readonly evidence?: Evidence;
    }
  | {
      readonly type: 'deployment.target_failed';
      readonly target: TargetId;
      readonly error: string;
      readonly evidence: Evidence | null;
      /** What failed: the driver's call, a check of what it put there, or taking it out of rotation. */
      readonly cause: 'call' | 'check' | 'router';
    }
  /** A check that had found it bad finds nothing any more. */
  | { readonly type: 'deployment.target_recovered'; readonly target: TargetId }
  | {
      readonly type: 'deployment.target_draining';
      readonly target: TargetId;
      /** How long it is waited at most for what the target was sent, in milliseconds; older versions don't say. */
      readonly withinMs?: number;
      /** The router can't tell how many requests there are. */
      readonly uncounted?: true;
    }
  /** What a target that is drained still works on, as the router counts it. */
  | {
      readonly type: 'deployment.drain_seen';
      readonly target: TargetId;
      readonly count: DrainCount;
      /** How much longer it is waited at most, in milliseconds. */
      readonly withinMs: number;
      readonly uncounted?: true;
    }
  | {
      readonly type: 'deployment.target_drained';
      readonly target: TargetId;
      readonly evidence: Evidence;
    }
  /** The router is to send it nobody at all, also not those who persist. */
  | {
      readonly type: 'deployment.target_closing';
      readonly target: TargetId;
      readonly withinMs: number;
      readonly uncounted?: true;
    }
  | {
      readonly type: 'deployment.target_closed';
      readonly target: TargetId;
      readonly evidence: Evidence;
    }
  | { readonly type: 'deployment.target_admitting'; readonly target: TargetId }
  | {
      readonly type: 'deployment.target_admitted';
      readonly target: TargetId;
      readonly evidence: Evidence;
    }
  /** The router says something else of these than what was asked of it. */
  | {
      readonly type: 'deployment.router_seen';
      readonly targets: Readonly<Record<string, RouterSaid>>;
    }
  /** One of the router's places that was away has what it missed meanwhile. */
  | {
      readonly type: 'deployment.place_caught_up';
      readonly place: string;
      readonly evidence: Evidence;
    }
  /** These left the configuration, and are still there: what becomes of each. */
  | {
      readonly type: 'deployment.targets_removed';
      readonly targets: readonly RemovedNotice[];
    }
  /** A call that another deployment left open has come to its end, whatever it did. */
  | { readonly type: 'deployment.call_settled'; readonly target: TargetId }
  | {
      readonly type: 'deployment.target_retiring';
      readonly target: TargetId;
      readonly fence: number;
      readonly worker: string;
    }
  | {
      readonly type: 'deployment.target_retired';
      readonly target: TargetId;
      readonly evidence: Evidence;
    }
  | {
      readonly type: 'deployment.target_retire_failed';
      readonly target: TargetId;
      readonly error: string;
      readonly evidence: Evidence | null;
    }
  | {
      readonly type: 'deployment.target_restoring';
      readonly target: TargetId;
      readonly version: Version | null;
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
      readonly type: 'deployment.target_restore_failed';
      readonly target: TargetId;
      readonly error: string;
      readonly evidence: Evidence | null;
    };

/** A target that left the configuration, as its deployment begins. */
export interface RemovedNotice {
  readonly target: TargetId;
  readonly address: string;
  /** What it surely runs; `null` where nobody knows. */
  readonly version: Version | null;
  readonly fate: RemovedFate;
  /** Why it is left, in a sentence part; `null` where it is not. */
  readonly reason: string | null;
}

/** What a router says of a target. */
export interface RouterSaid {
  readonly inRotation: boolean;
  readonly share: number;
  readonly heldOut: TargetStatus['heldOut'];
  /** The router's places where it is held out, where that is not everywhere. */
  readonly heldOutAt?: readonly string[];
  /** What others of the router's places say, where they do not agree. */
  readonly also?: readonly Pick<RouterSaid, 'inRotation' | 'share'>[];
  /** What its own configuration gives the target, on its own scale; not said where it gives all the same. */
  readonly capacity?: number;
  /** The router's places that did not answer: changes go on without them. */
  readonly away?: readonly string[];
}
