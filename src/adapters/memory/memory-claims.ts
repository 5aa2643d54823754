import { type DeploymentId, serviceKey } from '../../domain/model/ids.js';
import type { LimitKey } from '../../domain/model/plan/limits.js';
import { placesInHand } from '../../domain/model/plan/places-in-hand.js';
import type { TakenElsewhere } from '../../domain/ports/deployment-store.js';
import type { MemoryState, Row } from './memory-state.js';

/** The first limit that is reached. */
export function reachedLimit(state: MemoryState, { deployment }: Row): LimitKey | undefined {
  const { id, plan } = deployment;
  return plan.limits.find(({ key, most }) => {
    const under = underWay(state, key);
    return !under.has(id) && under.size >= most;
  });
}

/** Counts against all of its limits from now on. */
export function countAgainstLimits(state: MemoryState, { deployment }: Row): void {
  for (const { key } of deployment.plan.limits) {
    state.limits.set(key, underWay(state, key).add(deployment.id));
  }
}

const underWay = ({ limits }: MemoryState, key: string): Set<DeploymentId> =>
  limits.get(key) ?? new Set();

/** Who has a place of this deployment in hand, in another environment of its service. */
export function takenElsewhere(
  { services, deployments }: MemoryState,
  { deployment }: Row,
  now: number,
): TakenElsewhere | null {
  const own = new Set(placesInHand(deployment.plan));
  const { service } = deployment;
  if (services.get(serviceKey(deployment))?.inHand === deployment.id) return null;
  for (const { inHand, claimant } of services.values()) {
    const other = deployments.get(inHand ?? claimant ?? deployment.id);
    if (other === undefined || other.deployment.service !== service) continue;
    if (other.deployment.environment === deployment.environment) continue;
    // Ended from outside, its worker may still be letting go.
    if (inHand === null && other.leaseUntil <= now) continue;
    const place = placesInHand(other.deployment.plan).find((each) => own.has(each));
    const { id, environment } = other.deployment;
    if (place !== undefined) return { by: id, environment, place };
  }
  return null;
}
