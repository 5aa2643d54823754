import type { CountedRequests } from '../model/deployment/progress.js';

/** What is kept of readings goes back to the newest that is as old as this, in milliseconds. */
const LAST_MS = 60_000;

export interface OldRequests {
  /** How many requests the targets without traffic had; `null` where the router could not be asked. */
  readonly requests: number | null;
  /** Over how many milliseconds, up to now. */
  readonly overMs: number;
}

/**
 * How many requests the targets that lost the traffic had of late: in the last minute, as near
 * as there are readings, but never from before the switch.
 *
 * @param now what the router says; `null` where it could not be asked
 * @param at epoch milliseconds
 */
export function oldRequests(
  counted: readonly [CountedRequests, ...CountedRequests[]],
  now: CountedRequests['targets'] | null,
  at: number,
): OldRequests {
  const [first] = counted;
  const from = counted.findLast((reading) => reading.at <= at - LAST_MS) ?? first;
  const overMs = at - from.at;
  if (now === null) return { requests: null, overMs };
  let requests = 0;
  for (const [id, was] of Object.entries(from.targets)) {
    const is = now[id] ?? was;
    // The router began anew since: all that it has counted came after that.
    requests += is < was ? is : is - was;
  }
  return { requests, overMs };
}

/** The readings with one more; of those that are old the newest is kept. */
export function withReading(
  readings: readonly CountedRequests[],
  one: CountedRequests,
): readonly CountedRequests[] {
  const oldest = readings.findLastIndex(({ at }) => at <= one.at - LAST_MS);
  return [...readings.slice(Math.max(0, oldest)), one];
}
