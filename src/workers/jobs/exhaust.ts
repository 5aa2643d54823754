import type { DeploymentId } from '../../domain/model/ids.js';
import { command } from '../../domain/orchestrator/journal/command.js';
import type { OrchestratorPorts } from '../../domain/orchestrator/orchestrator-ports.js';
import { workOwed } from '../../domain/model/deployment/work-owed.js';
import { brokenOff } from '../../domain/plan/machine/failure.js';
import { isAwaited } from './conclude.js';

export type ExhaustPorts = Pick<OrchestratorPorts, 'store' | 'clock' | 'publish' | 'worker'>;

/**
 * A job of a deployment has failed for good. If the deployment was waiting for
 * that very job it fails with it; if the job was somebody else's, with fewer
 * attempts than ours, the job owed goes on in its place.
 */
export async function exhaust(
  ports: ExhaustPorts,
  id: DeploymentId,
  reason: string,
  jobId: string,
): Promise<void> {
  const deployment = await ports.store.load(id);
  const owed = deployment && workOwed(deployment);
  if (!deployment || !owed) return;
  if (!isAwaited(deployment, jobId)) return ports.publish(owed);
  await command({ ...ports, actor: ports.worker }, deployment, brokenOff(deployment, reason));
}
