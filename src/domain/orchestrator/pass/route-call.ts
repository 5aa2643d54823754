import { type Deployment, removedIn } from '../../model/deployment/deployment.js';
import type { TargetId } from '../../model/ids.js';
import { statusOf, type ServiceStatus } from '../../model/service-status.js';
import { placesBehind, placesBehindOf } from '../../reconcile/missed-by.js';
import type { RouteCall } from '../../ports/traffic-router.js';

/** What routers are asked about a deployment's service. */
export const routeCall = ({ service, environment, plan }: Deployment): RouteCall => ({
  service,
  environment,
  targets: plan.targets,
});

/** The same for one target, which may have left the configuration. */
export function routeCallFor(deployment: Deployment, target: TargetId): RouteCall {
  const call = routeCall(deployment);
  const removed = removedIn(deployment.plan, target);
  return removed === undefined ? call : { ...call, targets: [...call.targets, removed.target] };
}

/** A change of one target, which goes on without the places that are known to be away. */
export const changeOf = (
  deployment: Deployment,
  service: ServiceStatus,
  target: TargetId,
): RouteCall => without(routeCallFor(deployment, target), placesBehind(statusOf(service, target)));

/** The same of all the traffic. */
export const changeOfAll = (deployment: Deployment, { targets }: ServiceStatus): RouteCall =>
  without(routeCall(deployment), placesBehindOf(targets.values()));

const without = (call: RouteCall, places: readonly string[]): RouteCall =>
  places.length === 0 ? call : { ...call, without: places };
