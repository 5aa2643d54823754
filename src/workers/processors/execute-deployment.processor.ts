import type { ExecuteDeploymentData } from '../../contracts/jobs/execute-deployment.job.js';
import type { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { conclude, isOwed } from '../jobs/conclude.js';
import { exhaust, type ExhaustPorts } from '../jobs/exhaust.js';
import { discard } from '../jobs/outcome.js';
import type { JobContext, Processor } from '../jobs/processor.js';

const ENDED: ReadonlySet<string> = new Set(['completed', 'rolled_back', 'failed', 'cancelled']);

/**
 * Walk the steps of a plan as far as they go. A draft is executed where its
 * policy lets drafts execute, as in the seed. A job that somebody published for
 * a deployment that has ended is refused; the same job delivered again is not.
 */
export function executeDeploymentProcessor(
  orchestrator: DeploymentOrchestrator,
  ports: ExhaustPorts,
): Processor<ExecuteDeploymentData> {
  return {
    async perform({ deploymentId: id }, context) {
      let ending = await orchestrator.advance('execute', id, context.stop);
      const settled = ending.kind === 'settled' ? ending.deployment : null;
      if (settled?.state.status === 'draft') {
        const told = await orchestrator.command(id, { type: 'execute' }, ports.worker, false);
        if (told?.refusal) return discard(told.refusal.message);
        ending = await orchestrator.advance('execute', id, context.stop);
      } else if (settled && asksTooLate(settled, context)) {
        const { status } = settled.state;
        return discard(`cannot execute ${id}: it is ${status}, expected draft or approved`);
      }
      return conclude(ending, id, ports.clock.now(), context);
    },

    exhausted: ({ deploymentId }, reason, { jobId }) => exhaust(ports, deploymentId, reason, jobId),
  };
}

/** An owed job may well end the deployment by itself (policy reject): that is no late question. */
function asksTooLate(
  deployment: Deployment,
  { jobId, redelivered, publishedAt }: JobContext,
): boolean {
  const { id, state, endedAt } = deployment;
  const endedBefore = endedAt !== null && endedAt < publishedAt;
  return ENDED.has(state.status) && endedBefore && !redelivered && !isOwed('execute', id, jobId);
}
