import { type ServiceName, serviceName } from '../domain/model/ids.js';
import type { Clock } from '../domain/ports/clock.js';
import type { DeploymentEvent, EventLog, EventPosition } from '../domain/ports/event-log.js';

export interface ReadOptions {
  /** `now` by default: what happens from here on. */
  readonly from?: EventPosition | undefined;
  /** Only this service's events. */
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** Only this deployment's events. */
  readonly deploymentId?: string | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

/** Events behind the reader's position were trimmed before they were read: the reader must look at the state anew. */
export class EventsTrimmed extends Error {
  override readonly name = 'EventsTrimmed';
  readonly after: string;
  readonly oldest: string;

  constructor(after: string, oldest: string) {
    super(`events behind ${after} are no longer kept: the oldest is ${oldest}`);
    this.after = after;
    this.oldest = oldest;
  }
}

const BATCH = 500;
/** How long one look waits for news; short enough to notice an abort, long enough to be cheap. */
const WAIT_MS = 1_000;
const RETRY_MS = 250;

/**
 * Yields events in their one order, each once, from a position on. Goes on by
 * itself after a lost connection or a restart of Redis.
 *
 * @throws EventsTrimmed when events were lost to trimming: none is skipped in silence
 */
export async function* readEvents(
  log: EventLog,
  clock: Clock,
  options: ReadOptions,
): AsyncGenerator<DeploymentEvent, void, undefined> {
  const { from = 'now', signal, deploymentId, environment } = options;
  const service: ServiceName | undefined =
    options.service === undefined ? undefined : serviceName(options.service);
  let cursor =
    typeof from === 'string'
      ? await patiently(() => log.position(from), clock, signal)
      : from.after;
  let exact = typeof from !== 'string' || from === 'now';
  const stopped = (): boolean => signal?.aborted === true;
  while (cursor !== undefined && !stopped()) {
    const after = cursor;
    const events = await patiently(() => log.read(after, BATCH, WAIT_MS), clock, signal);
    for (const event of events ?? []) {
      if (exact && numberOf(event.id) > numberOf(cursor) + 1)
        throw new EventsTrimmed(cursor, event.id);
      exact = true;
      cursor = event.id;
      if (service !== undefined && event.service !== service) continue;
      if (environment !== undefined && event.environment !== environment) continue;
      if (deploymentId !== undefined && event.deploymentId !== deploymentId) continue;
      yield event;
      if (stopped()) return;
    }
  }
}

/** Ids are `<number>-0`, counted without gaps. */
const numberOf = (id: string): number => Number(id.split('-')[0]);

/** A connection that is away comes back; what Redis refuses stays refused. */
async function patiently<T>(
  work: () => Promise<T>,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const stopped = (): boolean => signal?.aborted === true;
  while (!stopped()) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await clock.sleep(RETRY_MS, signal);
    }
  }
  return undefined;
}

const PASSING = /connection|ECONN|EPIPE|ETIMEDOUT|LOADING|READONLY|UNBLOCKED|MASTERDOWN|closed/i;

const isPassing = (error: unknown): boolean =>
  error instanceof Error && PASSING.test(error.message);
