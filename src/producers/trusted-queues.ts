import type { Clock } from '../domain/ports/clock.js';
import type { JobRef } from '../domain/ports/job-acceptances.js';
import { jobDigest } from '../contracts/jobs/job-digest.js';
import type { JobQueues } from './job-queue.js';

/**
 * Queues for a worker that publishes without a key of its own: what it puts
 * there is accepted beforehand, by a record that publishers can't write.
 */
export const trustedQueues = (
  queues: JobQueues,
  clock: Pick<Clock, 'now'>,
  vouch: (job: JobRef, digests: readonly string[]) => Promise<void>,
): JobQueues => ({
  async add(queue, name, data, options) {
    const { jobId, timestamp = clock.now() } = options;
    if (jobId !== undefined) {
      await vouch({ queue, jobId, publishedAt: timestamp }, [jobDigest(data)]);
    }
    await queues.add(queue, name, data, { ...options, timestamp });
  },
});
