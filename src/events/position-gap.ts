import type { KeptEvents } from '../domain/ports/event-log.js';

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

/**
 * The reader's position is behind the newest event, as after a restore or a flush: what comes next
 * gets ids that it takes for read.
 */
export class EventsRestarted extends Error {
  override readonly name = 'EventsRestarted';
  readonly after: string;
  /** `null` where there are no events at all. */
  readonly newest: string | null;

  constructor(after: string, newest: string | null) {
    const there = newest === null ? 'there are no events' : `the newest is ${newest}`;
    super(`there is no event ${after}: ${there}`);
    this.after = after;
    this.newest = newest;
  }
}

/** Ids are `<number>-0`, counted without gaps. */
export const numberOf = (id: string): number => Number(id.split('-')[0]);

/** Why a reader cannot go on behind this event without a gap; `null` where it can. */
export const gapBehind = (after: string, kept: KeptEvents | null): Error | null =>
  restartedBefore(after, kept) ??
  (kept !== null && numberOf(kept.oldest) > numberOf(after) + 1
    ? new EventsTrimmed(after, kept.oldest)
    : null);

export function restartedBefore(after: string, kept: KeptEvents | null): EventsRestarted | null {
  const newest = kept === null ? 0 : numberOf(kept.newest);
  return numberOf(after) > newest ? new EventsRestarted(after, kept?.newest ?? null) : null;
}
