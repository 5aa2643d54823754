import type { TargetId } from '../ids.js';
import { deployedTargets, progressOf } from '../plan/deployment.js';
import type { Leg } from './leg.js';

/**
 * Targets of the previous deployment that do not have its version, as far as is
 * known: this one has put back what it touched, and another left something else
 * where it did not. While there is one, no version is on every target.
 */
export async function astrayFrom(leg: Leg): Promise<readonly TargetId[]> {
  const { deployment } = leg.journal;
  const { previous } = deployment;
  if (previous === null) return [];
  const earlier = await leg.loadDeployment(previous.deploymentId);
  if (earlier === undefined) return [];
  const known = await leg.knownTargets();
  return deployedTargets(earlier).filter(
    (id) =>
      progressOf(deployment, id).state !== 'restored' &&
      known.get(id)?.version !== previous.version,
  );
}
