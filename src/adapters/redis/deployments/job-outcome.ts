import type { QueueName } from '../../../contracts/jobs/define-job.js';
import type { JobFact } from '../../../domain/release/member-fact.js';
import type { BullQueues } from '../connection/bull-queues.js';

/** How a published job stands. State first, then the reason: read the other way round, a job that fails in between has none yet. */
export const jobOutcome =
  (queues: Pick<BullQueues, 'queue'>) =>
  async (name: QueueName, id: string): Promise<JobFact> => {
    const queue = queues.queue(name);
    const state = await queue.getJobState(id);
    if (state === 'unknown') return { state: 'absent' };
    if (state === 'completed') return { state: 'done' };
    if (state !== 'failed') return { state: 'queued' };
    const job = await queue.getJob(id);
    return { state: 'refused', reason: job?.failedReason || 'its job failed' };
  };
