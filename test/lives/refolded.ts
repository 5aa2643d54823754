import { newDeployment } from '../../src/domain/manager/new-deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { Core, Deployment, DeploymentId } from './core-under-test.js';

/** A deployment, as its events alone have it. */
export function refolded(core: Core, id: DeploymentId): Deployment | undefined {
  const row = core.state.deployments.get(id);
  if (row === undefined) return undefined;
  const { deployment, events } = row;
  const { plan, createdAt } = deployment;
  const { deployment: blank } = newDeployment({ ...deployment, approve: false }, plan, createdAt);
  return events.slice(1).reduce(evolve, blank);
}
