import type { QueueName } from '../../../contracts/jobs/define-job.js';
import { JobResultSchema } from '../../../contracts/jobs/job-result.js';
import type { JobFact } from '../../../domain/release/member-fact.js';
import type { BullQueues } from '../connection/bull-queues.js';

/** How a published job stands. State first, then the reason: read the other way round, a job that fails in between has none yet. */
export const jobOutcome =
  (queues: Pick<BullQueues, 'queue'>) =>
  async (name: QueueName, id: string): Promise<JobFact> => {
    const queue = queues.queue(name);
    const state = await queue.getJobState(id);
    if (state === 'unknown') return { state: 'absent' };
    if (state !== 'failed' && state !== 'completed') return { state: 'queued' };
    const job = await queue.getJob(id);
    if (state === 'completed') {
      const result = JobResultSchema.safeParse(job?.returnvalue);
      return { state: 'done', ...(result.success && { deploymentId: result.data.deploymentId }) };
    }
    return { state: 'refused', reason: job?.failedReason || 'its job failed' };
  };
