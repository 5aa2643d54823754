import type { Deployment } from '../../model/deployment/deployment.js';
import type { DeploymentStore } from '../../ports/deployment-store.js';
import { type ServiceStatus, serviceStatus } from '../../model/service-status.js';

/** The service as it is by now: others may have written to it. What was seen just now still counts. */
export async function serviceAgain(
  store: Pick<DeploymentStore, 'service'>,
  deployment: Deployment,
  was: ServiceStatus,
): Promise<ServiceStatus> {
  const now = serviceStatus(await store.service(deployment), deployment.plan);
  let { targets } = now;
  for (const [id, { seen }] of was.targets) {
    const status = targets.get(id);
    if (seen !== undefined && status !== undefined) targets = targets.with(id, { ...status, seen });
  }
  return { ...now, targets };
}
