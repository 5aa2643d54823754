import type { JobsOptions, Worker } from 'bullmq';
import type { Log } from '../../domain/ports/log.js';
import { jobRepairOf } from './job-repair.js';

/** More than any number of workers holds at once; what is beyond it is looked at when these are gone. */
const MOST_ACTIVE = 10_000;

/**
 * Makes the jobs of a queue that can't be read fail with a reason. They are among
 * the active ones: a worker has taken them and could make nothing of them. Once
 * repaired, the worker's own check for stalled jobs hands them out again.
 */
export class UnreadableJobs {
  readonly #worker: Worker;
  readonly #opts: Pick<JobsOptions, 'removeOnFail'>;
  readonly #log: Log;
  #looking = false;
  #again = false;

  constructor(worker: Worker, { removeOnFail }: Pick<JobsOptions, 'removeOnFail'>, log: Log) {
    this.#worker = worker;
    this.#opts = removeOnFail === undefined ? {} : { removeOnFail };
    this.#log = log;
  }

  /** Looks through all that are active, one look at a time. */
  look(): void {
    this.#again = true;
    if (!this.#looking && this.#worker.closing === undefined) void this.#lookOnce();
  }

  /** @returns why this job can't be read; it is repaired then */
  async repair(id: string): Promise<string | null> {
    const client = await this.#worker.getBackend().client;
    const key = this.#worker.toKey(id);
    const raw = await client.hgetall(key);
    const repair = jobRepairOf(raw, this.#opts);
    if (repair === null) return null;
    if (repair.remove.length > 0) await client.hdel(key, ...repair.remove);
    await client.hset(key, repair.set);
    const { reason } = repair;
    this.#log.error({ queue: this.#worker.name, job: id, reason }, 'an unreadable job');
    return reason;
  }

  async #lookOnce(): Promise<void> {
    this.#looking = true;
    while (this.#again) {
      this.#again = false;
      // oxlint-disable-next-line no-await-in-loop -- one look at a time
      await this.#repairActive().catch((error: unknown) =>
        // Redis is away, say: the next trouble comes when it is back.
        this.#log.warn(
          { queue: this.#worker.name, err: error },
          'could not look for unreadable jobs',
        ),
      );
    }
    this.#looking = false;
  }

  async #repairActive(): Promise<void> {
    const client = await this.#worker.getBackend().client;
    const ids = await client.lrange(this.#worker.toKey('active'), 0, MOST_ACTIVE - 1);
    for (const id of ids) {
      // A key that is no hash can't be repaired; BullMQ drops its id by itself.
      // oxlint-disable-next-line no-await-in-loop -- one large job at a time; it is rare
      await this.repair(id).catch(() => null);
    }
  }
}
