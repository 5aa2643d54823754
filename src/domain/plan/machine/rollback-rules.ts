import { ok } from '../../model/result.js';
import { type Decision, refusal, type To } from './decision.js';
import { type Deployment, targetsToRestore } from '../../model/deployment/deployment.js';
import { wayBackOf } from '../../model/deployment/takes-back.js';
import { sameShares } from '../../model/traffic-shares.js';

/** Stops an execution or a verification. */
export const abort = (_: Deployment, { reason }: To<'rollback' | 'abort'>): Decision =>
  ok([{ type: 'deployment.rollback_started', reason, cause: 'request' }]);

/** A finished deployment goes back only if there is something to take back. */
export function reopen(deployment: Deployment, command: To<'rollback'>): Decision {
  // What could not be drained has its version, and may be out of rotation.
  const isBack = [...deployment.targets.values()].every(({ state }) => state === 'restored');
  if (isBack && !movedAnything(deployment)) {
    return refusal(`nothing to roll back: no target of ${deployment.id} has its version`);
  }
  const isKept = targetsToRestore(deployment).length > 0 && !deployment.plan.driver.removes;
  if (wayBackOf(deployment).previous === null && isKept) {
    return refusal(
      `nothing to go back to: ${deployment.version} is the first version of ${deployment.environment}/${deployment.service}, and the ${deployment.plan.driver.kind} driver cannot remove it`,
    );
  }
  return abort(deployment, command);
}

/** Traffic or a flag is not, or not surely, as it was before. */
function movedAnything({ progress }: Deployment): boolean {
  const { traffic, flags } = progress;
  if (traffic !== null && !(traffic.settled && sameShares(traffic.now, traffic.before)))
    return true;
  return Object.values(flags).some(({ settled, now, before }) => !settled || now !== before);
}
