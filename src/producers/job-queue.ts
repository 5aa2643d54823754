import type { JobsOptions } from 'bullmq';
import type { QueueName } from '../contracts/jobs/define-job.js';
import type { JobSigner } from '../contracts/values/signed-job.js';

/** Where jobs are put: BullMQ's queues, as far as a publisher needs them. */
export interface JobQueues {
  add(queue: QueueName, name: string, data: object, options: JobsOptions): Promise<void>;
  /** Signs what is published, where workers take nothing without a signature. */
  readonly sign?: JobSigner | undefined;
}
