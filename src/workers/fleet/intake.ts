import type { HandedJobs } from '../../domain/fleet/handed-jobs.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { Log } from '../../domain/ports/log.js';
import type { Fleet } from './fleet.js';

/** One queue of this worker, as far as jobs of others go. */
export interface Door {
  readonly queue: string;
  /** For how many more jobs there is room. */
  readonly room: number;
  perform(id: string, token: string): Promise<void>;
}

export interface IntakePorts {
  readonly fleet: Fleet;
  readonly handed: Pick<HandedJobs, 'waiting' | 'take'>;
  readonly doors: readonly Door[];
  readonly clock: Clock;
  readonly log: Log;
  /** Names a lock, another one each time. */
  readonly newToken: () => string;
}

/** Where others know other services, a job may come any moment. */
const MIXED_MS = 250;
const ALIKE_MS = 1_000;
/** As BullMQ's own of the same worker, which renews it. */
const LOCK_MS = 10_000;

/** Takes what others hand on to this worker, as far as it has room, until it is told to stop. */
export async function runIntake(ports: IntakePorts, stop: AbortSignal): Promise<void> {
  const { clock, fleet, log } = ports;
  let free = new AbortController();
  /** An end makes room: the next is taken at once. */
  const onEnd = (): void => free.abort();
  while (!stop.aborted) {
    // oxlint-disable no-await-in-loop -- one look after the other
    free = new AbortController();
    try {
      await takeAll(ports, onEnd);
    } catch (error) {
      log.warn({ err: error }, 'could not look for jobs that were handed on');
    }
    const signal = AbortSignal.any([stop, free.signal]);
    await clock.sleep(fleet.isMixed ? MIXED_MS : ALIKE_MS, signal);
    // oxlint-enable no-await-in-loop
  }
}

async function takeAll(ports: IntakePorts, onEnd: () => void): Promise<void> {
  const { fleet, handed, doors, log, newToken } = ports;
  for (const { queue, need } of await handed.waiting()) {
    const door = doors.find((each) => each.queue === queue);
    if (door === undefined || door.room === 0 || !fleet.isMine(need)) continue;
    const token = newToken();
    // oxlint-disable-next-line no-await-in-loop -- what one takes the next has no room for
    const ids = await handed.take(queue, need, door.room, { token, ms: LOCK_MS });
    for (const id of ids) {
      const ended = door.perform(id, token).catch((error: unknown) =>
        // Its lock runs out, and BullMQ hands it out again.
        log.warn({ queue, job: id, err: error }, 'a job that was handed on broke off'),
      );
      void ended.then(onEnd);
    }
  }
}
