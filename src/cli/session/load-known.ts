import type { DeploymentId } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { unknownDeployment } from '../../domain/retention/unknown-deployment.js';
import type { CliSession } from './cli-ports.js';
import { UsageError } from './cli-run.js';

/** @throws UsageError when there is no such deployment */
export async function loadKnown(session: CliSession, id: DeploymentId): Promise<Deployment> {
  const deployment = await session.store.load(id);
  if (deployment === undefined) throw new UsageError(`id: ${unknownDeployment(id)}`);
  return deployment;
}
