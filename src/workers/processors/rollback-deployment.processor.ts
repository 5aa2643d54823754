import type { RollbackDeploymentData } from '../../contracts/jobs/rollback-deployment.job.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import type { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import { conclude, doneWith, isOwed } from '../jobs/conclude.js';
import { exhaust, type ExhaustPorts } from '../jobs/exhaust.js';
import { discard, done } from '../jobs/outcome.js';
import type { JobContext, Processor } from '../jobs/processor.js';

/**
 * Put the previous good version back and verify it.
 *
 * Which deployment a service's rollback means is decided once and written into
 * the job: decided again after a crash, it would roll back one version too many.
 */
export function rollbackDeploymentProcessor(
  manager: DeploymentManager,
  orchestrator: DeploymentOrchestrator,
  ports: ExhaustPorts,
): Processor<RollbackDeploymentData> {
  return {
    async perform(data, context) {
      const id = await subjectOf(manager, data, context);
      if (id === null) return done({ deploymentId: null, state: null });
      if (!isOwed('rollback', id, context.jobId)) {
        const reason = data.reason ?? 'rollback requested';
        const by = data.requestedBy ?? data.signature?.publisher ?? 'unknown';
        if (data.unlessBegun) {
          const order = { type: 'cancel', reason } as const;
          const called = await orchestrator.command(id, order, by, false);
          return called === null ? discard(`no deployment ${id}`) : doneWith(called.deployment);
        }
        const asked = await manager.requestRollback(id, reason, by);
        if (asked && asked.refusal !== null) return discard(asked.refusal.message);
        if (asked?.deployment.state.status === 'cancelled') return doneWith(asked.deployment);
      }
      const ending = await orchestrator.advance('rollback', id, context.stop);
      return conclude(ending, id, ports.clock.now(), context);
    },

    async exhausted({ deploymentId }, reason, { jobId }) {
      if (deploymentId !== undefined) await exhaust(ports, deploymentId, reason, jobId);
    },
  };
}

async function subjectOf(
  manager: DeploymentManager,
  data: RollbackDeploymentData,
  { pin }: JobContext,
): Promise<DeploymentId | null> {
  const { deploymentId, service, environment, reason, signature } = data;
  const requestedBy = data.requestedBy ?? signature?.publisher;
  if (deploymentId !== undefined) return deploymentId;
  if (service === undefined) return null;
  const id = await manager.rollbackSubject({ service, environment });
  if (id !== null) {
    await pin({
      schema: 1,
      deploymentId: id,
      ...(reason && { reason }),
      ...(requestedBy && { requestedBy }),
    });
  }
  return id;
}
