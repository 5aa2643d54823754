import type { DeploymentId, TargetId } from '../ids.js';
import { progressOf } from '../plan/deployment.js';
import { UNSETTLED } from '../plan/left-behind.js';
import { earliest, type Leg, type Rest } from './leg.js';

/**
 * Sees to it that nothing of another deployment is still going on at these
 * targets: one that was halted, or given up, may have left a call behind whose
 * worker is gone. What it left serves nobody, as far as anybody knows. Answers
 * when to look again.
 */
export async function settleLeftovers(leg: Leg): Promise<Rest> {
  const { journal, clock, knownTargets } = leg;
  const { id, plan } = journal.deployment;
  const known = await knownTargets();
  const rests: Rest[] = [];
  for (const target of plan.targets) {
    const fact = known.get(target.id);
    // A version is only known where the last call has come to its end.
    if (fact === undefined || fact.version !== null) continue;
    if (fact.deploymentId === null || fact.deploymentId === id) continue;
    leg.away.add(target.id);
    const wait = await settle(leg, target.id, fact.deploymentId);
    if (wait > 0) rests.push(clock.now() + wait);
  }
  return earliest(rests);
}

async function settle(leg: Leg, target: TargetId, by: DeploymentId): Promise<number> {
  const other = await leg.loadDeployment(by);
  const place = other?.plan.targets.find(({ id }) => id === target);
  if (other === undefined || place === undefined) return 0;
  const { state, retryAt, fence, worker, calledAt } = progressOf(other, target);
  if (!UNSETTLED.has(state) || retryAt !== null) return 0;
  const { service, environment, id: deploymentId, previous, version } = other;
  const previousVersion = previous?.version ?? null;
  const deploys = state === 'started';
  return leg.driver.settle(
    {
      ...{ service, environment, deploymentId, previousVersion, fence, worker, calledAt },
      action: deploys ? 'deploy' : 'rollback',
      version: deploys ? version : state === 'restoring' ? previousVersion : null,
      target: place,
    },
    leg.abort,
  );
}
