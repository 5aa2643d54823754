import { type JobsOptions, Queue } from 'bullmq';
import type { QueueName } from '../../../contracts/jobs/define-job.js';
import { WORK_CONTRACTS, workJobId } from '../../../contracts/jobs/work-job.js';
import type { WorkOwed } from '../../../domain/model/deployment/work-owed.js';
import type { RedisClient } from './connection.js';

/** The queue a client that fails fast is given: it neither waits for a connection nor asks for a version first. */
const FAIL_FAST = { skipWaitingForReady: true, skipVersionCheck: true };

const QUEUES = ['plan', 'execute', 'verify', 'rollback'] as const satisfies readonly QueueName[];
const FINISHED = ['completed', 'failed'] as const;
/** Of one queue, in one go. */
const MOST_CLEANED = 1_000;
/** What sleeps so long past its time is woken by nobody: every worker's clock is slow. */
const LATE_MS = 2_000;
/** The scores of BullMQ's delayed jobs are milliseconds with twelve bits of order behind them. */
const SCORE_OF_MS = 0x1000;

/** The four BullMQ queues of one partition, opened when first used. */
export class BullQueues {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #failFast: boolean;
  readonly #queues = new Map<QueueName, Queue>();

  constructor(client: RedisClient, prefix: string, { failFast = false } = {}) {
    this.#client = client;
    this.#prefix = prefix;
    this.#failFast = failFast;
  }

  queue(name: QueueName): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = new Queue(name, {
      connection: this.#client,
      prefix: this.#prefix,
      ...(this.#failFast ? FAIL_FAST : {}),
    });
    // Whoever waits for a command hears of its failure; the event has nobody to tell.
    queue.on('error', () => {});
    this.#queues.set(name, queue);
    return queue;
  }

  async add(name: QueueName, job: string, data: object, options: JobsOptions): Promise<void> {
    await this.queue(name).add(job, data, options);
  }

  async stateOf(work: WorkOwed): Promise<'pending' | 'active' | 'gone'> {
    const state = await this.queue(WORK_CONTRACTS[work.kind].queue).getJobState(workJobId(work));
    if (state === 'active') return 'active';
    return state === 'completed' || state === 'failed' || state === 'unknown' ? 'gone' : 'pending';
  }

  /**
   * Wakes a job that sleeps past its time. BullMQ goes by the clocks of its workers.
   *
   * @param now epoch milliseconds
   */
  async wakeLate(work: WorkOwed, now: number): Promise<void> {
    const queue = this.queue(WORK_CONTRACTS[work.kind].queue);
    const id = workJobId(work);
    const score = await this.#client.zscore(queue.toKey('delayed'), id);
    if (score === null || Number(score) / SCORE_OF_MS > now - LATE_MS) return;
    const job = await queue.getJob(id);
    // Refused where somebody else was faster.
    await job?.promote().catch(() => {});
  }

  /** Takes finished jobs away that are older than this, also those whose publisher said to keep them. */
  async clean(olderThanMs: number): Promise<void> {
    for (const name of QUEUES) {
      for (const state of FINISHED) await this.queue(name).clean(olderThanMs, MOST_CLEANED, state);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}
