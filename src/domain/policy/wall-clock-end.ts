/** Where a window ends on the clock: at the next such time of day, or of that weekday, after its start. */
interface WallClockEnd {
  /** 0 is Sunday; `null` for any day. */
  readonly weekday: number | null;
  /** Since midnight. */
  readonly minutes: number;
}

const WRITTEN = /^(?:(SU|MO|TU|WE|TH|FR|SA) )?([01]\d|2[0-3]):([0-5]\d)$/;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Whether it is a time such as `MO 00:00`, or `06:00` on any day. */
export const isWallClockEnd = (text: string): boolean => WRITTEN.test(text);

/**
 * @param start a time on the clock, as if it were UTC (epoch milliseconds)
 * @param text one that `isWallClockEnd` lets through
 * @returns the first such time later than the start, on the same clock
 */
export function wallClockEnd(start: number, text: string): number {
  const { weekday, minutes } = parse(text);
  const midnight = Math.floor(start / DAY) * DAY;
  const days = weekday === null ? 0 : (weekday - weekdayOf(midnight) + 7) % 7;
  const end = midnight + days * DAY + minutes * MINUTE;
  return end > start ? end : end + (weekday === null ? 1 : 7) * DAY;
}

/** The first of January 1970 was a Thursday. */
const weekdayOf = (midnight: number): number => (midnight / DAY + 4) % 7;

function parse(text: string): WallClockEnd {
  const [minutes, hours, weekday] = text.split(/[ :]/).toReversed();
  return {
    weekday: weekday === undefined ? null : WEEKDAYS.indexOf(weekday),
    minutes: 60 * Number(hours) + Number(minutes),
  };
}
