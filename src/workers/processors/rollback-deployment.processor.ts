import { deploymentIdFor, requestDigest } from '../../contracts/values/deployment-id.js';
import type { RollbackDeploymentData } from '../../contracts/jobs/rollback-deployment.job.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import type { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import { conclude, doneWith, isOwed } from '../jobs/conclude.js';
import { exhaust, type ExhaustPorts } from '../jobs/exhaust.js';
import { discard, done, type Outcome } from '../jobs/outcome.js';
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
      const planned = await plannedRollback(manager, data, context);
      if (planned !== null) return planned;
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

/**
 * The way back to a named version, or along a strategy, is a deployment of its
 * own, whose id follows from the job; `null` where an existing one is taken back.
 */
async function plannedRollback(
  manager: DeploymentManager,
  data: RollbackDeploymentData,
  { jobId, publishedAt }: JobContext,
): Promise<Outcome | null> {
  const { signature, ...said } = data;
  const { service, environment, toVersion, strategy, reason, idempotencyKey } = said;
  if (service === undefined || (toVersion === undefined && strategy === undefined)) return null;
  const answer = await manager.planRollback({
    // A plan job may have the same id and time.
    id: deploymentIdFor({ service, environment }, idempotencyKey, {
      ...{ jobId: `rollback.${jobId}`, publishedAt },
    }),
    service,
    environment,
    toVersion: toVersion ?? null,
    strategy,
    reason: reason ?? 'rollback requested',
    requestedBy: data.requestedBy ?? signature?.publisher ?? null,
    idempotencyKey: idempotencyKey ?? null,
    digest: requestDigest(said),
  });
  switch (answer.kind) {
    case 'planned':
      return doneWith(answer.deployment);
    case 'plain':
      return null;
    case 'nothing_active':
      return done({ deploymentId: null, state: null });
    case 'already_active':
      return done({ deploymentId: answer.active.deploymentId, state: 'completed' });
    case 'refused':
      return discard(`${answer.path}: ${answer.message}`);
  }
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
