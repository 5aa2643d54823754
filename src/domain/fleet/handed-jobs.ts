import type { JobRef } from '../ports/job-acceptances.js';
import type { Need } from './knowledge.js';

/** A job where it lies, whichever time it was published. */
export type QueuedJob = Pick<JobRef, 'queue' | 'jobId'>;

/** One that a worker holds by this token. */
export interface HeldJob extends QueuedJob {
  readonly token: string;
}

/** Jobs on their way from a worker that took them to one that is configured for them. */
export interface HandedJobs {
  /**
   * Gives up a job, atomically and without counting an attempt.
   *
   * @returns false where this worker does not hold it any more
   */
  handOn(job: HeldJob, how: HandOn): Promise<boolean>;

  /** What jobs wait for, by queue. */
  waiting(): Promise<readonly (Pick<JobRef, 'queue'> & { readonly need: Need })[]>;

  /** Makes jobs that wait for it this worker's: they are active and locked then. */
  take(
    queue: JobRef['queue'],
    need: Need,
    most: number,
    lock: { readonly token: string; readonly ms: number },
  ): Promise<readonly string[]>;

  /** For how long nobody has been known who could carry the job out, in milliseconds; counted from the first call. */
  unknownFor(job: QueuedJob): Promise<number>;
}

export interface HandOn {
  readonly need: Need;
  /** Where nobody has taken it by then (milliseconds from now), any worker looks at it again. */
  readonly wakeInMs: number;
  /** Somebody at work carries it out: the time in which nobody did counts anew. */
  readonly known: boolean;
}
