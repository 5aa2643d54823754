import { type Deployment, stepsOf } from '../../model/deployment/deployment.js';
import type { EventOf, PlanEvent } from '../../model/deployment/plan-event.js';

/** What a failure comes to: the previous version back, or everything left for a person. */
export function failure(deployment: Deployment, reason: string): PlanEvent {
  return deployment.plan.policy.onFailure === 'rollback'
    ? { type: 'deployment.rollback_started', reason, cause: 'failure' }
    : stopped(deployment, reason);
}

/** Ends it where it stands: a retry goes on from there. */
export function stopped(deployment: Deployment, reason: string): EventOf<'deployment.failed'> {
  const { state } = deployment;
  const inner = state.status === 'paused' ? state.from : state;
  if (inner.status === 'executing') {
    return { type: 'deployment.failed', reason, stoppedAt: inner.step };
  }
  if (inner.status === 'approved' && inner.step !== undefined) {
    return { type: 'deployment.failed', reason, stoppedAt: inner.step };
  }
  if (inner.status !== 'verifying') return { type: 'deployment.failed', reason };
  const stoppedAt = Math.max(0, stepsOf(deployment).length - 1);
  return { type: 'deployment.failed', reason, stoppedAt };
}
