import type { DeploymentWindow } from './window.js';

/** The rules a service is deployed under. Durations are in milliseconds. */
export interface Policy {
  /** `none`: a plan may execute as a draft, as in the seed; `required`: somebody must approve it first. */
  readonly approval: 'none' | 'required';
  /** How many must approve, where approval is required. */
  readonly approvals: number;
  /** Who may approve; `null`: anyone. */
  readonly approvers: readonly string[] | null;
  /** Whether who requested it may be one of those who approve it. */
  readonly selfApproval: boolean;
  /** From planning: what is not approved by then is cancelled; `null`: never. */
  readonly approvalExpiry: number | null;
  /** What becomes of approvals given for another configuration of the service: they are asked for again, or stay. */
  readonly approvalOnChange: 'again' | 'keep';
  /** From approval: what has not begun by then is cancelled. */
  readonly startBy: number | null;
  /** After a failed execution or verification: put the previous version back, or leave all as it is for a person. */
  readonly onFailure: 'rollback' | 'hold';
  /** What a deployment does that finds the service's slot taken. */
  readonly onConflict: 'queue' | 'supersede_waiting' | 'supersede_running' | 'reject';
  /** How often a driver call that failed in passing is repeated, per target; 0 to 20. */
  readonly retries: number;
  /** Before the first repetition; it doubles with each further one, up to a minute. */
  readonly retryDelay: number;
  /** From the start of the execution to its end, waits of the plan not counted; then it is rolled back or held. */
  readonly deadline: number;
  /** The longest it may go on without coming further than it ever was. */
  readonly progressDeadline: number | null;
  /** From the first call on a target to its end, repetitions included. */
  readonly targetDeadline: number | null;
  /** After an automatic rollback: let nothing automatic begin on the service until a person releases it, or go on. */
  readonly afterRollback: 'hold_automation' | 'continue';
  /** A target that somebody else holds out of the router: deploy to it and leave it out, or do not begin meanwhile. */
  readonly heldOut: 'leave' | 'refuse';
  /**
   * A target that was deployed to and that the configuration does not name any more: remove it once the new
   * version serves, leave it as it is, or refuse to plan.
   */
  readonly removedTargets: 'retire' | 'leave' | 'refuse';
  /** When it may begin; without any, at any time. */
  readonly windows: readonly DeploymentWindow[];
}

export const DEFAULT_POLICY: Policy = {
  approval: 'none',
  approvals: 1,
  approvers: null,
  selfApproval: true,
  approvalExpiry: 30 * 86_400_000,
  approvalOnChange: 'again',
  startBy: null,
  onFailure: 'rollback',
  onConflict: 'queue',
  retries: 3,
  retryDelay: 1_000,
  deadline: 3_600_000,
  progressDeadline: null,
  targetDeadline: null,
  afterRollback: 'hold_automation',
  heldOut: 'leave',
  removedTargets: 'retire',
  windows: [],
};
