import { WORK_CONTRACTS, workJobId } from '../contracts/jobs/work-job.js';
import type { WorkOwed } from '../domain/model/deployment/work-owed.js';
import type { JobQueues } from './job-queue.js';

/** Publishes the job owed, under its own name: publishing it twice is one job. */
export const workPublisher =
  (queues: JobQueues) =>
  async (work: WorkOwed): Promise<void> => {
    const { queue, name, options } = WORK_CONTRACTS[work.kind];
    const data = { schema: 1, deploymentId: work.deploymentId };
    await queues.add(queue, name, data, { ...options, jobId: workJobId(work) });
  };
