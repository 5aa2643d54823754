import { type ServiceName, serviceName } from '../domain/model/ids.js';
import type { Clock } from '../domain/ports/clock.js';
import type { DeploymentEvent, EventLog, EventPosition } from '../domain/ports/event-log.js';
import { unlessStopped } from './unless-stopped.js';
import { EventsTrimmed, gapBehind, numberOf, restartedBefore } from './position-gap.js';

export type GapPolicy = 'fail' | 'latest' | 'beginning';

export interface ReadOptions {
  /** `now` by default: what happens from here on. */
  readonly from?: EventPosition | undefined;
  /**
   * What to do where the position does not exist: it is behind the newest event, as after a restore
   * or a flush, or events behind it were trimmed. `fail` (the default) throws, `latest` goes on with
   * what comes from here on, `beginning` with the oldest event that is kept.
   */
  readonly onGap?: GapPolicy | undefined;
  /** Only this service's events. */
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** Only this deployment's events. */
  readonly deploymentId?: string | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
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
 * @throws EventsRestarted when the position is behind the newest event
 * @throws TypeError when the position is no id of an event
 */
export async function* readEvents(
  log: EventLog,
  clock: Clock,
  options: ReadOptions,
): AsyncGenerator<DeploymentEvent, void, undefined> {
  const { signal } = options;
  const isWanted = filterOf(options);
  const stopped = (): boolean => signal?.aborted === true;
  const asked = <T>(work: () => Promise<T>): Promise<T | undefined> =>
    patiently(work, clock, signal);
  let place = await asked(() => firstPlace(log, options));
  while (place !== undefined && !stopped()) {
    const { after } = place;
    const events = await asked(() => log.read(after, BATCH, WAIT_MS));
    const [next] = events ?? [];
    if (next === undefined) {
      // Quiet, or at a position that comes only after everything that is still to happen.
      const found: Place = place;
      place = await asked(() => placeUnlessRestarted(log, found, options));
      continue;
    }
    if (place.exact && numberOf(next.id) > numberOf(after) + 1) {
      const trimmed = new EventsTrimmed(after, next.id);
      place = await asked(() => placeAfter(trimmed, log, options));
      continue;
    }
    for (const event of events ?? []) {
      place = { after: event.id, exact: true };
      if (isWanted(event)) yield event;
      if (stopped()) return;
    }
  }
}

interface Place {
  readonly after: string;
  /** Whether the event that comes next must be there. */
  readonly exact: boolean;
}

const BEGINNING: Place = { after: '0-0', exact: false };

async function firstPlace(log: EventLog, options: ReadOptions): Promise<Place> {
  const { from = 'now' } = options;
  if (from === 'beginning') return BEGINNING;
  if (from === 'now') return { after: await log.position('now'), exact: true };
  const { after } = from;
  if (!/^\d+-\d+$/.test(after)) {
    throw new TypeError(`from.after: expected the id of an event such as 42-0, got ${after}`);
  }
  const gap = gapBehind(after, await log.kept());
  return gap === null ? { after, exact: true } : placeAfter(gap, log, options);
}

async function placeUnlessRestarted(
  log: EventLog,
  place: Place,
  options: ReadOptions,
): Promise<Place> {
  const gap = restartedBefore(place.after, await log.kept());
  return gap === null ? place : placeAfter(gap, log, options);
}

async function placeAfter(gap: Error, log: EventLog, { onGap }: ReadOptions): Promise<Place> {
  if (onGap === 'beginning') return BEGINNING;
  if (onGap === 'latest') return { after: await log.position('now'), exact: true };
  throw gap;
}

function filterOf(options: ReadOptions): (event: DeploymentEvent) => boolean {
  const { deploymentId, environment } = options;
  const service: ServiceName | undefined =
    options.service === undefined ? undefined : serviceName(options.service);
  return (event) =>
    (service === undefined || event.service === service) &&
    (environment === undefined || event.environment === environment) &&
    (deploymentId === undefined || event.deploymentId === deploymentId);
}

/** A connection that is away comes back; what Redis refuses stays refused. */
async function patiently<T>(
  work: () => Promise<T>,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const stopped = (): boolean => signal?.aborted === true;
  while (!stopped()) {
    try {
      return await unlessStopped(work(), signal);
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
