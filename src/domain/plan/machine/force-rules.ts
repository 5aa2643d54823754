import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, type To } from './decision.js';
import { stopped } from './failure.js';
import { leftBehind } from '../left-behind.js';

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
