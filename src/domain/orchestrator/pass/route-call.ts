import { type Deployment, removedIn } from '../../model/deployment/deployment.js';
import type { TargetId } from '../../model/ids.js';
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
