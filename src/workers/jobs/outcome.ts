import type { HandOn } from '../../domain/fleet/handed-jobs.js';
import type { JobResult } from '../../contracts/jobs/job-result.js';

/**
 * How a processor may end. Returned, so that the compiler sees every ending;
 * `start-worker.ts` alone knows what each is to BullMQ. An exception still means
 * a bug or broken infrastructure, and is tried again.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly result: JobResult }
  /** The same job again, at this time (epoch milliseconds); no attempt is used up and no worker held. */
  | { readonly kind: 'snooze'; readonly until: number }
  /** Back to the head of the queue, for another worker: this one is stopping. */
  | { readonly kind: 'hand_back' }
  /** To a worker that is configured for it. */
  | ({ readonly kind: 'hand_on' } & HandOn)
  /** The job is at fault, and never will be right. */
  | { readonly kind: 'discard'; readonly reason: string };

export const done = (result: JobResult): Outcome => ({ kind: 'done', result });
export const snooze = (until: number): Outcome => ({ kind: 'snooze', until });
export const handBack: Outcome = { kind: 'hand_back' };
export const discard = (reason: string): Outcome => ({ kind: 'discard', reason });
