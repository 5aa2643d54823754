import type { Deployment } from '../../model/deployment/deployment.js';
import type { RouteCall } from '../../ports/traffic-router.js';

/** What routers are asked about a deployment's service. */
export const routeCall = ({ service, environment, plan }: Deployment): RouteCall => ({
  service,
  environment,
  targets: plan.targets,
});
