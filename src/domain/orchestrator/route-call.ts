import type { Deployment } from '../plan/deployment.js';
import type { RouteCall, TrafficShares } from '../ports/traffic-router.js';
import type { TargetId } from '../ids.js';

/** What routers are asked about a deployment's service. */
export const routeCall = ({ service, environment, plan }: Deployment): RouteCall => ({
  service,
  environment,
  targets: plan.targets,
});

/** `percent` in equal parts to the one group, the rest in equal parts to the other. */
export function sharesOf(
  to: readonly TargetId[],
  from: readonly TargetId[],
  percent: number,
): TrafficShares {
  const shares: Record<string, number> = {};
  for (const id of to) shares[id] = percent / 100 / to.length;
  for (const id of from) shares[id] = (100 - percent) / 100 / from.length;
  return shares;
}
