import { isoTime } from '../../contracts/views/deployment-view.js';
import { dateTimeText, durationText } from '../text/time-text.js';

interface Held {
  readonly reason: string;
  readonly since: number | null;
  readonly until: number | null;
  readonly liftedBy: string;
}

/** `gate qa waits to be promoted, since …, until …; lifted by anyone who promotes it` */
export function holdText({ reason, since, until, liftedBy }: Held): string {
  const from = since === null ? '' : `, since ${stamp(since)}`;
  const to = until === null ? '' : `, until ${stamp(until)}`;
  return `${reason}${from}${to}; lifted by ${liftedBy}`;
}

/** `2026-01-31 11:13:24Z` */
export const stamp = (at: number): string => dateTimeText(isoTime(at));

/** How far off it is: `in 5m`, `5m ago`. */
export function relativeText(at: number, now: number): string {
  return at > now ? `in ${durationText(at - now)}` : `${durationText(now - at)} ago`;
}
