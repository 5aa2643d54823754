import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { type DeploymentId, serviceKey } from '../../src/domain/model/ids.js';
import type { LimitKey } from '../../src/domain/model/plan/limits.js';
import type { TakenElsewhere } from '../../src/domain/ports/deployment-store.js';
import type { ModelDeployment, ModelService } from './model-entries.js';

/** The first limit that has no room for it. */
export const reachedBy = (
  { id, plan }: Deployment,
  counted: (key: string) => ReadonlySet<DeploymentId>,
): LimitKey | undefined =>
  plan.limits.find(({ key, most }) => !counted(key).has(id) && counted(key).size >= most);

/** Who works on one of its targets in another environment of its service, or may still be letting go of it. */
export function takenFrom(
  deployment: Deployment,
  services: ReadonlyMap<string, ModelService>,
  deployments: ReadonlyMap<DeploymentId, ModelDeployment>,
  isLeased: (entry: ModelDeployment) => boolean,
): TakenElsewhere | null {
  const { service, environment, plan, id } = deployment;
  if (services.get(serviceKey(deployment))?.inHand === id) return null;
  const addresses = new Set(plan.targets.map(({ address }) => address));
  for (const { inHand, claimant } of services.values()) {
    const other = deployments.get(inHand ?? claimant ?? id);
    if (other === undefined || (inHand === null && !isLeased(other))) continue;
    const its = other.deployment;
    const shared = its.plan.targets.find(({ address }) => addresses.has(address));
    if (its.service !== service || its.environment === environment || shared === undefined)
      continue;
    const place = `${its.plan.driver.kind} ${shared.address}`;
    return { by: its.id, environment: its.environment, place };
  }
  return null;
}
