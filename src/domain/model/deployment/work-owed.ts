import type { DeploymentId } from '../ids.js';
import type { Deployment } from './deployment.js';

export type WorkKind = 'execute' | 'verify' | 'rollback';

/** The one job that a deployment's state calls for. */
export interface WorkOwed {
  readonly kind: WorkKind;
  readonly deploymentId: DeploymentId;
  /** Tells this publication from earlier ones of the same work. */
  readonly run: number;
}

/**
 * Normal hand-over, redelivery after a crash, the rescuer and repair by hand
 * all publish what this says; publishing it twice is one job.
 */
export function workOwed({ id, state, run }: Deployment): WorkOwed | null {
  switch (state.status) {
    case 'approved':
    case 'executing':
      return { kind: 'execute', deploymentId: id, run };
    case 'verifying':
      return { kind: 'verify', deploymentId: id, run };
    case 'rolling_back':
      return { kind: 'rollback', deploymentId: id, run };
    case 'draft':
    case 'paused':
    case 'completed':
    case 'rolled_back':
    case 'failed':
    case 'cancelled':
      return null;
  }
}
