import type { TargetId } from '../ids.js';

/** The unit of progress and of checkpoint. */
export type Step = DeployStep | CheckStep | WaitStep;

/** Put the version on these targets, all at once. */
export interface DeployStep {
  readonly kind: 'deploy';
  readonly targets: readonly [TargetId, ...TargetId[]];
  readonly tolerance: Tolerance;
}

/** Run the service's checks against these targets; a target that is not healthy has failed. */
export interface CheckStep {
  readonly kind: 'check';
  readonly targets: readonly [TargetId, ...TargetId[]];
  readonly tolerance: Tolerance;
}

/** Let time pass, holding no worker. */
export interface WaitStep {
  readonly kind: 'wait';
  readonly ms: number;
}

/** How many targets may fail before the deployment does: counted over this step's targets, or over the whole plan's. */
export interface Tolerance {
  readonly failures: number;
  readonly of: 'step' | 'plan';
}
