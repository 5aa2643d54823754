import type { VerifyDeploymentData } from '../../contracts/jobs/verify-deployment.job.js';
import type { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import { conclude, isOwed } from '../jobs/conclude.js';
import { exhaust, type ExhaustPorts } from '../jobs/exhaust.js';
import { discard } from '../jobs/outcome.js';
import type { Processor } from '../jobs/processor.js';

const TOO_EARLY: ReadonlySet<string> = new Set(['draft', 'approved', 'executing', 'paused']);

/** Run the checks, judge, and complete the deployment or begin its rollback. */
export function verifyDeploymentProcessor(
  orchestrator: DeploymentOrchestrator,
  ports: ExhaustPorts,
): Processor<VerifyDeploymentData> {
  return {
    async perform({ deploymentId: id }, context) {
      const ending = await orchestrator.advance('verify', id, context.stop);
      if (ending.kind === 'settled' && !isOwed('verify', id, context.jobId)) {
        const { status } = ending.deployment.state;
        if (TOO_EARLY.has(status)) {
          return discard(`cannot verify ${id}: it is ${status}, expected verifying`);
        }
      }
      return conclude(ending, id, ports.clock.now(), context);
    },

    exhausted: ({ deploymentId }, reason, { jobId }) => exhaust(ports, deploymentId, reason, jobId),
  };
}
