import { Job, type Worker } from 'bullmq';

/** A job that is being performed. */
export interface InHand {
  readonly queue: string;
  readonly job: string | undefined;
  readonly deployment: string | undefined;
}

/**
 * Jobs that a worker was handed by others, beside those that it takes from its
 * queue itself; together no more than its concurrency.
 */
export class TakenJobs {
  readonly #worker: Worker;
  readonly #most: number;
  readonly #under = new Set<Promise<void>>();
  /** Of both kinds, as the worker's handler knows them: what each is about. */
  readonly inHand = new Set<InHand>();

  constructor(worker: Worker, most: number) {
    this.#worker = worker;
    this.#most = most;
  }

  get queue(): string {
    return this.#worker.name;
  }

  /** For how many more there is room. */
  get room(): number {
    return Math.max(0, this.#most - Math.max(this.inHand.size, this.#under.size));
  }

  /** Performs a job that is active and locked by this token already, as BullMQ performs those it took itself. */
  async perform(id: string, token: string): Promise<void> {
    const work = this.#perform(id, token);
    this.#under.add(work);
    this.#share();
    try {
      await work;
    } finally {
      this.#under.delete(work);
      this.#share();
    }
  }

  /** Stops the worker: nothing more is taken, and what was taken comes to its end first. */
  async close(): Promise<void> {
    if (this.#under.size > 0) {
      // Closed at once, the worker would not renew the locks of these.
      await this.#worker.pause(true);
      await Promise.allSettled(this.#under);
    }
    await this.#worker.close();
  }

  async #perform(id: string, token: string): Promise<void> {
    const job = await Job.fromId(this.#worker, id);
    // Removed in between: there is nothing left to do.
    if (job === undefined) return;
    job.token = token;
    await this.#worker.processJob(job, token, () => false);
  }

  #share(): void {
    this.#worker.concurrency = Math.max(1, this.#most - this.#under.size);
  }
}
