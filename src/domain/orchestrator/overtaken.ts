import type { DeploymentId } from '../ids.js';
import { progressOf } from '../plan/deployment.js';
import type { Leg } from './leg.js';

/**
 * Why there is no way back any more: something newer was completed since, which
 * going back would take away; or what was left with the previous version has
 * another by now. `null` where nothing is in the way.
 */
export async function overtakenBy(leg: Leg): Promise<string | null> {
  const { id, previous } = leg.journal.deployment;
  const now = leg.lastGood?.deploymentId ?? null;
  if (now !== id && now !== (previous?.deploymentId ?? null)) {
    return `${now ?? 'nothing'} is active by now`;
  }
  return changedSince(leg);
}

/** Of what it never touched, or put back before: whoever had the slot after it goes back first. */
async function changedSince(leg: Leg): Promise<string | null> {
  const { deployment } = leg.journal;
  const good = deployment.previous?.version ?? null;
  const known = await leg.knownTargets();
  for (const { id: target } of deployment.plan.targets) {
    const { state } = progressOf(deployment, target);
    const fact = known.get(target);
    if (state !== 'pending' && state !== 'restored') continue;
    if (!fact?.deploymentId || fact.deploymentId === deployment.id) continue;
    if (fact.version === good) continue;
    if (await isLater(leg, fact.deploymentId)) {
      const left = fact.version ?? 'an unknown version';
      return `${fact.deploymentId} has left ${target} with ${left} since`;
    }
  }
  return null;
}

async function isLater({ journal, loadDeployment }: Leg, id: DeploymentId): Promise<boolean> {
  const other = await loadDeployment(id);
  return (other?.startedAt ?? 0) >= (journal.deployment.startedAt ?? 0);
}
