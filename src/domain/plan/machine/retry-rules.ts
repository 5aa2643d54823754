import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refusal, type To } from './decision.js';
import { type Deployment, stepsOf } from '../../model/deployment/deployment.js';
import { stopped } from './failure.js';
import { calledAgain } from '../called-again.js';
import { leftBehind } from '../left-behind.js';

/** Stops for good and leaves everything as it is. */
export const halt = (deployment: Deployment, { reason }: To<'halt'>): Decision =>
  ok([stopped(deployment, reason)]);

/** Goes on where it stopped, and calls again what had failed. */
export function retry(deployment: DeploymentIn<'failed'>, { by, reason }: To<'retry'>): Decision {
  const { stoppedAt } = deployment.state;
  if (stoppedAt === undefined) {
    return refusal(
      `cannot retry ${deployment.id}: its targets were not left where its execution stopped; plan the version again, or roll back`,
    );
  }
  const isCalledAgain = calledAgain(deployment);
  const first = stepsOf(deployment).findIndex(
    (step) => step.kind === 'deploy' && step.targets.some(isCalledAgain),
  );
  const step = first === -1 ? stoppedAt : Math.min(first, stoppedAt);
  return ok([{ type: 'deployment.retried', by, step, ...(reason !== undefined && { reason }) }]);
}

/**
 * Ends it from wherever it is, and waits for nothing: not for a worker, a
 * driver or a router. What nobody knows then is said; whoever comes next
 * settles it first.
 */
export function forceEnd(
  deployment: DeploymentIn<
    'draft' | 'approved' | 'executing' | 'verifying' | 'paused' | 'rolling_back'
  >,
  { by, reason }: To<'force_end'>,
): Decision {
  const { state, targets } = deployment;
  const said = `ended by force by ${by}: ${reason}; ${leftBehind(deployment)}`;
  const waits = state.status === 'draft' || state.status === 'approved';
  // A retry that has not begun has targets from before.
  if (waits && targets.size === 0) return ok([{ type: 'deployment.cancelled', reason: said }]);
  return ok([{ ...stopped(deployment, said), forced: true }]);
}
