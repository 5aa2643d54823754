import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refusal, type To } from './decision.js';
import {
  type Deployment,
  progressOf,
  targetsToRestore,
} from '../../model/deployment/deployment.js';
import { failure } from './failure.js';
import { sameShares } from '../../model/traffic-shares.js';

/** Stops an execution or a verification. A request always goes back; after a failure the policy decides. */
export function abort(deployment: Deployment, command: To<'rollback' | 'abort'>): Decision {
  const { reason } = command;
  const cause = command.type === 'abort' ? 'request' : command.cause;
  if (cause === 'failure') return ok([failure(deployment, reason)]);
  return ok([{ type: 'deployment.rollback_started', reason, cause }]);
}

/** A finished deployment goes back only because somebody asked, and only if there is something to take back. */
export function reopen(deployment: Deployment, { reason, cause }: To<'rollback'>): Decision {
  if (cause === 'failure') return ok([]);
  if (targetsToRestore(deployment).length === 0 && !movedAnything(deployment)) {
    return refusal(`nothing to roll back: no target of ${deployment.id} has its version`);
  }
  if (deployment.previous === null && !deployment.plan.driver.removes) {
    return refusal(
      `nothing to go back to: ${deployment.version} is the first version of ${deployment.environment}/${deployment.service}, and the ${deployment.plan.driver.kind} driver cannot remove it`,
    );
  }
  return ok([{ type: 'deployment.rollback_started', reason, cause }]);
}

/** Traffic or a flag is not, or not surely, as it was before. */
function movedAnything({ progress }: Deployment): boolean {
  const { traffic, flags } = progress;
  if (traffic !== null && !(traffic.settled && sameShares(traffic.now, traffic.before)))
    return true;
  return Object.values(flags).some(({ settled, now, before }) => !settled || now !== before);
}

/** Ends a rollback: says plainly which targets could not be restored, and whether what is back is well. */
export function finish(
  deployment: DeploymentIn<'rolling_back'>,
  command: To<'finish_rollback'>,
): Decision {
  const { reason: why } = deployment.state;
  const open = targetsToRestore(deployment);
  const unfinished = open.filter((id) => progressOf(deployment, id).state !== 'restore_failed');
  if (unfinished.length > 0) return refusal(`not restored yet: ${unfinished.join(', ')}`);
  if (open.length > 0) {
    const said = open.map((id) => `${id} (${progressOf(deployment, id).error})`).join(', ');
    return ok([{ type: 'deployment.failed', reason: `${why}; could not restore ${said}` }]);
  }
  const { verification } = command;
  if (verification?.status === 'unhealthy') {
    const back = deployment.previous?.version ?? 'nothing';
    const reason = `${why}; ${back} is back on every target but unhealthy: ${verification.reason}`;
    return ok([{ type: 'deployment.failed', reason }]);
  }
  return ok([{ type: 'deployment.rolled_back', reason: why, verification }]);
}

/** The last resort: the deployment ends, and its targets stay as they are. */
export const giveUp = (_: Deployment, { reason, superseded }: To<'give_up'>): Decision =>
  ok([{ type: 'deployment.failed', reason, ...(superseded && { superseded }) }]);
