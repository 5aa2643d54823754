import { deploymentIdFor, requestDigest } from '../../contracts/values/deployment-id.js';
import type { PlanDeploymentData } from '../../contracts/jobs/plan-deployment.job.js';
import type { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import { doneWith } from '../jobs/conclude.js';
import { discard } from '../jobs/outcome.js';
import type { Processor } from '../jobs/processor.js';

/** Validate, resolve, compile, store; the owed job follows from what was stored. */
export function planDeploymentProcessor(manager: DeploymentManager): Processor<PlanDeploymentData> {
  return {
    async perform({ signature, ...data }, job) {
      const { service, environment, version, strategy, targets, metadata } = data;
      const trusted =
        data.driver === undefined && data.checks === undefined
          ? undefined
          : {
              ...(data.driver && { driver: data.driver }),
              ...(data.checks && { checks: data.checks }),
            };
      const answer = await manager.plan(
        {
          id: deploymentIdFor(data, data.idempotencyKey, job),
          service,
          environment,
          version,
          approve: data.approve,
          requestedBy: data.requestedBy ?? signature?.publisher ?? null,
          trigger: data.trigger ?? 'person',
          idempotencyKey: data.idempotencyKey ?? null,
          digest: requestDigest(data),
          metadata,
        },
        { strategy, targets, trusted },
      );
      if (!answer.ok) return discard(`${answer.error.path}: ${answer.error.message}`);
      return doneWith(answer.value.deployment);
    },

    // Nothing was stored: the failed job is the record, and its publisher's to repeat.
    exhausted: async () => {},
  };
}
