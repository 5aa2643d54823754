import type { DeploymentPlan } from './deployment-plan.js';

/**
 * What a deployment can hurt beside its own slot: the places that another environment of
 * the service may have, too, each as driver and address. A target without an address says
 * nothing of where it is. Several services may well be on one machine: theirs are others.
 */
export function placesInHand({
  targets,
  removed = [],
  driver,
}: Pick<DeploymentPlan, 'targets' | 'removed' | 'driver'>): readonly string[] {
  const all = [...targets, ...removed.map(({ target }) => target)];
  const addresses = new Set(all.map(({ address }) => address).filter((address) => address !== ''));
  return [...addresses].map((address) => `${driver.kind} ${address}`);
}
