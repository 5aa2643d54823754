import type { DeploymentId } from '../ids.js';
import { progressOf } from '../plan/deployment.js';
import type { Leg } from './leg.js';

/**
 * Why there is no way back any more: something newer was completed since, which
 * going back would take away; or what was left with the previous version has
 * another by now. `null` where nothing is in the way.
 */
export async function overtakenBy(leg: Leg): Promise<string | null> {
  const { id, previous, succeeded } = leg.journal.deployment;
  const now = leg.lastGood?.deploymentId ?? null;
  if (now !== id && now !== (previous?.deploymentId ?? null)) {
    return `${now ?? 'nothing'} is active by now`;
  }
  return succeeded ? changedSince(leg) : null;
}

/** Only a deployment that was completed has let others have the slot before it goes back. */
async function changedSince(leg: Leg): Promise<string | null> {
  const { deployment } = leg.journal;
  const known = await leg.knownTargets();
  for (const { id } of deployment.plan.targets) {
    const { state } = progressOf(deployment, id);
    const fact = known.get(id);
    if (state !== 'pending' && state !== 'kept') continue;
    if (fact?.version == null || fact.version === deployment.previous?.version) continue;
    if (fact.deploymentId !== null && (await isLater(leg, fact.deploymentId))) {
      return `${fact.deploymentId} has put ${fact.version} on ${id} since`;
    }
  }
  return null;
}

async function isLater({ journal, loadDeployment }: Leg, id: DeploymentId): Promise<boolean> {
  const other = await loadDeployment(id);
  return (other?.startedAt ?? 0) > (journal.deployment.startedAt ?? 0);
}
