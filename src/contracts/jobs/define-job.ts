import type { JobsOptions } from 'bullmq';
import type { z } from 'zod';

/** Everything a publisher and a worker must agree on to exchange one kind of job. */
export interface JobContract<Data extends z.ZodType = z.ZodType> {
  readonly queue: QueueName;
  readonly name: string;
  readonly data: Data;
  readonly options: Omit<JobsOptions, 'jobId'>;
}

export type QueueName = 'plan' | 'execute' | 'verify' | 'rollback';

export const defineJob = <Data extends z.ZodType>(contract: JobContract<Data>): JobContract<Data> =>
  contract;

/**
 * Repeats are for broken infrastructure only: what a target does wrong is the
 * deployment's to retry. Finished jobs stay for a while to be looked at; the
 * deployment's own record is what lasts. No job has children, so removing one
 * releases nothing.
 */
export const JOB_OPTIONS: Omit<JobsOptions, 'jobId'> = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  removeOnComplete: { age: 24 * 60 * 60, count: 2_000 },
  removeOnFail: { age: 7 * 24 * 60 * 60, count: 10_000 },
  stackTraceLimit: 5,
  keepLogs: 100,
};

/** The largest payload a producer of ours sends, and a worker takes, in bytes of JSON. */
export const MOST_JOB_BYTES = 1_048_576;
