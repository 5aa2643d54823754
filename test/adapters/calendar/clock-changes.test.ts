import { describe, expect, test } from 'vitest';
import { rruleCalendar } from '../../../src/adapters/calendar/rrule-calendar.js';
import type { DeploymentWindow } from '../../../src/domain/model/plan/window.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-03-29 02:30`, as the clock on the wall shows it: not by the code that is tested. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function wall(timeZone: string, at: number): string {
  const made =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone, dateStyle: 'short', timeStyle: 'short' },
    });
  clocks.set(timeZone, made);
  return made.format(at);
}
const timeOf = (shown: string): string => shown.slice(11);
const asUtc = (shown: string): number => Date.parse(`${shown.replace(' ', 'T')}Z`);
const offset = (timeZone: string, at: number): number => asUtc(wall(timeZone, at)) - at;

/** The first minute of each new offset in 2026 and 2027. */
function changesOf(timeZone: string): readonly number[] {
  const changes: number[] = [];
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += 7 * DAY) {
    let [before, after] = [at, at + 7 * DAY];
    if (offset(timeZone, before) === offset(timeZone, after)) continue;
    while (after - before > MINUTE) {
      const middle = Math.floor((before + after) / 2 / MINUTE) * MINUTE;
      if (offset(timeZone, middle) === offset(timeZone, before)) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
}

const changing = Intl.supportedValuesOf('timeZone').flatMap((timeZone) =>
  changesOf(timeZone).map((change) => ({ timeZone, change })),
);

const deny = (timeZone: string, rest: Partial<DeploymentWindow>): DeploymentWindow => ({
  ...{ kind: 'deny', rrule: 'FREQ=DAILY', start: '2020-01-01T00:00', reason: 'a test', timeZone },
  ...rest,
});
const isDenied = (window: DeploymentWindow, at: number): boolean =>
  rruleCalendar.occurrence(window, at) !== null;

/** Moments from half a day before a change to half a day after, close together around it. */
const moments = (change: number): readonly number[] =>
  [-720, -61, -31, -1, 0, 15, 31, 61, 119].map((minutes) => change + minutes * MINUTE);

/** On the quarter of an hour before and after the change, on the clock of before: so some are skipped, or come twice. */
const starts = (timeZone: string, change: number): readonly string[] =>
  [-45, -15, 15, 45].map((minutes) =>
    timeOf(
      new Date(change + minutes * MINUTE + offset(timeZone, change - MINUTE))
        .toISOString()
        .replace('T', ' ')
        .slice(0, 16),
    ),
  );

describe(`every zone in which the clocks change in 2026 and 2027 (${changing.length} changes)`, () => {
  test('there are such zones, with clocks that go forward and back', () => {
    const leaps = changing.map(
      ({ timeZone, change }) => offset(timeZone, change) - offset(timeZone, change - MINUTE),
    );
    expect(leaps.filter((leap) => leap > 0).length).toBeGreaterThan(100);
    expect(leaps.filter((leap) => leap < 0).length).toBeGreaterThan(100);
  });

  test('what an end on the clock closes by the clock is closed', () => {
    for (const { timeZone, change } of changing) {
      for (const start of starts(timeZone, change)) {
        const end = timeOf(
          new Date(asUtc(`2026-01-01 ${start}`) + 6 * HOUR).toISOString().slice(0, 16),
        );
        const window = deny(timeZone, { start: `2020-01-01T${start}`, until: end });
        for (const at of moments(change)) {
          const shown = timeOf(wall(timeZone, at));
          const closed =
            start < end ? shown >= start && shown < end : shown >= start || shown < end;
          if (closed && !isDenied(window, at)) {
            expect.fail(
              `${timeZone}: ${start} until ${end}, open at ${shown} (${new Date(at).toISOString()})`,
            );
          }
        }
      }
    }
  });

  test('a length is counted from the first moment at which the clock shows the start, or is past it', () => {
    for (const { timeZone, change } of changing) {
      const [date] = wall(timeZone, change + HOUR / 2).split(' ');
      for (const start of starts(timeZone, change).filter((_, at) => at % 2 === 1)) {
        let from = change - 36 * HOUR;
        while (wall(timeZone, from) < `${date} ${start}`) from += 15 * MINUTE;
        const rrule = `FREQ=DAILY;COUNT=1`;
        const window = deny(timeZone, { rrule, start: `${date}T${start}`, duration: 22 * HOUR });
        expect([
          timeZone,
          start,
          rruleCalendar.occurrence(window, from + 22 * HOUR - MINUTE),
        ]).toEqual([...[timeZone, start, { from, until: from + 22 * HOUR }]]);
        expect(isDenied(window, from - 1)).toBe(false);
        expect(rruleCalendar.next(window, change - 48 * HOUR)).toBe(from);
      }
    }
  });

  test('a weekend is closed as long as the clock shows Saturday or Sunday, and no longer', () => {
    for (const { timeZone, change } of changing) {
      const window = deny(timeZone, { rrule: 'FREQ=WEEKLY;BYDAY=SA', until: 'MO 00:00' });
      for (const at of moments(change)) {
        const day = new Date(asUtc(wall(timeZone, at))).getUTCDay();
        expect([timeZone, at, isDenied(window, at)]).toEqual([
          timeZone,
          at,
          day === 0 || day === 6,
        ]);
      }
    }
  });
});
