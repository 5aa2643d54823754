import type { Conclusion } from './decision.js';
import { type Deployment, stepsOf } from '../../model/deployment/deployment.js';
import type { EventOf, PlanEvent } from '../../model/deployment/plan-event.js';
import { isTerminal } from '../../model/deployment/plan-state.js';

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

/** The way forwards has failed; what has not begun is cancelled. An order to go back that came first wins. */
export const failed =
  (reason: string): Conclusion =>
  (deployment) => {
    const { status } = deployment.state;
    if (status === 'rolling_back' || isTerminal(status)) return [];
    const begun = status !== 'draft' && status !== 'approved';
    return [begun ? failure(deployment, reason) : { type: 'deployment.cancelled', reason }];
  };

/**
 * The last resort: the deployment ends, and its targets stay as they are.
 *
 * @param superseded the service has a newer version by now, and nothing of it was touched
 */
export const givenUp =
  (reason: string, superseded = false): Conclusion =>
  ({ state: { status } }) =>
    isTerminal(status)
      ? []
      : [{ type: 'deployment.failed', reason, ...(superseded && { superseded }) }];

/** Nobody can carry it further, whichever way it goes now. */
export const brokenOff = ({ state }: Deployment, reason: string): Conclusion =>
  state.status === 'rolling_back' ? givenUp(reason) : failed(reason);
