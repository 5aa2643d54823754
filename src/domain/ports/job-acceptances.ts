/**
 * Remembers which jobs workers have found to be right, where publishers can't
 * write: a job that comes back after hours is not asked for its signature again,
 * and no signature counts twice.
 */
export interface JobAcceptances {
  /** Whether this is what was accepted for this job. */
  isAccepted(job: JobRef, digest: string): Promise<boolean>;
  /**
   * Takes the content of a job as accepted and its nonce as used.
   *
   * @returns false where the nonce was used before, unless for this very call
   */
  accept(acceptance: Acceptance): Promise<boolean>;
  /** Accepts one of these contents, in place of what was accepted before: a worker's own word. */
  vouch(job: JobRef, digests: readonly string[]): Promise<void>;
  /** The job has ended: it may be handed out again for this long (ms), by a crash just then. */
  end(job: JobRef, keepMs: number): Promise<void>;
}

/** An id is given again once its job is gone, and what was accepted for the one is not for the other. */
export interface JobRef {
  readonly queue: string;
  readonly jobId: string;
  /** The job's own timestamp, epoch milliseconds. */
  readonly publishedAt: number;
}

export interface Acceptance {
  readonly job: JobRef;
  readonly digest: string;
  readonly publisher: string;
  readonly nonce: string;
  /** How long the nonce must be remembered, in milliseconds. */
  readonly nonceMs: number;
}
