import { z } from 'zod';
import { deploymentIdFor } from '../../contracts/values/deployment-id.js';
import { JobResultSchema } from '../../contracts/jobs/job-result.js';
import { planDeployment } from '../../contracts/jobs/plan-deployment.job.js';
import { DeploymentIdSchema } from '../../contracts/values/schemas.js';
import type { DeploymentId } from '../../domain/model/ids.js';

/** A job as it lies in a queue: anybody may have put anything there. */
export interface QueuedJob {
  readonly id?: unknown;
  readonly timestamp?: unknown;
  readonly data: unknown;
  readonly returnvalue: unknown;
}

const NamesDeployment = z.object({ deploymentId: DeploymentIdSchema });

/**
 * The deployment a job is about; `null` where it breaks its contract, and for a
 * rollback of a service that no worker has looked at yet.
 */
export function deploymentOfJob(queue: string, job: QueuedJob): DeploymentId | null {
  const result = JobResultSchema.safeParse(job.returnvalue);
  if (result.success && result.data.deploymentId !== null) return result.data.deploymentId;
  if (queue === planDeployment.queue) return plannedBy(job);
  const named = NamesDeployment.safeParse(job.data);
  return named.success ? named.data.deploymentId : null;
}

function plannedBy({ id, timestamp, data }: QueuedJob): DeploymentId | null {
  const plan = planDeployment.data.safeParse(data);
  if (!plan.success || typeof id !== 'string' || typeof timestamp !== 'number') return null;
  const job = { jobId: id, publishedAt: timestamp };
  return deploymentIdFor(plan.data, plan.data.idempotencyKey, job);
}

/** @param base the path we are under */
export const deploymentPath = (base: string, id: string): string =>
  `${base}/deployments/${encodeURIComponent(id)}`;
