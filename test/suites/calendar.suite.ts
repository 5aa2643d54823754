import { describe, expect, test } from 'vitest';
import type { Calendar } from '../../src/domain/ports/calendar.js';
import type { DeploymentWindow } from '../../src/domain/model/plan/window.js';
import { aWindow, HOUR } from './calendar.fixture.js';

const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString().replace(':00.000Z', 'Z');

/** What every calendar must know of recurrence, time zones and the clocks' changes. */
export function calendarSuite(name: string, calendar: Calendar): void {
  const within = (window: DeploymentWindow, time: string): string | null => {
    const found = calendar.occurrence(window, at(time));
    return found && `${iso(found.from)}/${iso(found.until)}`;
  };
  const next = (window: DeploymentWindow, after: string): string | null =>
    iso(calendar.next(window, at(after)));

  describe(name, () => {
    describe('in and around an occurrence', () => {
      const nightly = aWindow('FREQ=DAILY;BYHOUR=22', { duration: 8 * HOUR });

      test.each([
        ['at its first moment', '2026-06-10T20:00Z', '2026-06-10T20:00Z/2026-06-11T04:00Z'],
        ['before midnight', '2026-06-10T21:59Z', '2026-06-10T20:00Z/2026-06-11T04:00Z'],
        ['after midnight', '2026-06-11T03:59Z', '2026-06-10T20:00Z/2026-06-11T04:00Z'],
        ['at its end, which it does not include', '2026-06-11T04:00Z', null],
        ['a moment before it', '2026-06-10T19:59Z', null],
      ])('a window over midnight is told right %s', (_, time, expected) => {
        expect(within(nightly, time)).toBe(expected);
      });

      test('the next one is later than the one that begins now', () => {
        expect(next(nightly, '2026-06-10T20:00Z')).toBe('2026-06-11T20:00Z');
        expect(next(nightly, '2026-06-10T19:59Z')).toBe('2026-06-10T20:00Z');
      });

      test('of occurrences that overlap, the one that began last counts', () => {
        const long = aWindow('FREQ=HOURLY', { duration: 3 * HOUR });

        expect(within(long, '2026-06-10T10:30Z')).toBe('2026-06-10T10:00Z/2026-06-10T13:00Z');
      });

      test('before its start there is none', () => {
        const late = aWindow('FREQ=DAILY;BYHOUR=9', { start: '2026-06-10T00:00' });

        expect(within(late, '2026-06-09T07:30Z')).toBeNull();
        expect(next(late, '2020-01-01T00:00Z')).toBe('2026-06-10T07:00Z');
      });

      test('after UNTIL, or the COUNT-th, there is none', () => {
        const until = aWindow('FREQ=DAILY;BYHOUR=9;UNTIL=20260610T070000Z');
        const counted = aWindow('FREQ=DAILY;BYHOUR=9;COUNT=2', { start: '2026-06-09T00:00' });

        for (const window of [until, counted]) {
          expect(next(window, '2026-06-09T12:00Z')).toBe('2026-06-10T07:00Z');
          expect(next(window, '2026-06-10T07:00Z')).toBeNull();
          expect(within(window, '2026-06-10T07:30Z')).not.toBeNull();
          expect(within(window, '2026-06-11T07:30Z')).toBeNull();
        }
      });

      test('takes the hour from its start where the rule gives none', () => {
        const monday = aWindow('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', { start: '2026-01-05T14:30' });

        expect(next(monday, '2026-01-05T13:30Z')).toBe('2026-01-19T13:30Z');
      });
    });

    describe('in a time zone', () => {
      test('a weekday is the zone’s own, where it differs from UTC’s', () => {
        const east = aWindow('FREQ=WEEKLY;BYDAY=MO;BYHOUR=1', { timeZone: 'Pacific/Kiritimati' });
        const west = aWindow('FREQ=WEEKLY;BYDAY=FR;BYHOUR=20', { timeZone: 'America/Los_Angeles' });

        // Monday 01:00 at +14 is Sunday 11:00 UTC; Friday 20:00 at -8 is Saturday 04:00 UTC.
        expect(next(east, '2026-11-20T00:00Z')).toBe('2026-11-22T11:00Z');
        expect(next(west, '2026-11-24T00:00Z')).toBe('2026-11-28T04:00Z');
        expect(within(west, '2026-11-28T04:30Z')).not.toBeNull();
      });

      test('a weekend is the whole of it, and nothing more', () => {
        const weekend = aWindow('FREQ=WEEKLY;BYDAY=SA', { duration: 48 * HOUR });

        expect(within(weekend, '2026-11-27T22:59Z')).toBeNull();
        expect(within(weekend, '2026-11-27T23:00Z')).toBe('2026-11-27T23:00Z/2026-11-29T23:00Z');
      });

      test.each([
        ['the last Friday', 'FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18', '2026-11-27T17:00Z'],
        [
          'the last working day',
          'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
          '2026-11-29T23:00Z',
        ],
        ['the days around Christmas', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20', '2026-12-19T23:00Z'],
        ['the 29th of February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2028-02-28T23:00Z'],
      ])('finds %s', (_, rrule, expected) => {
        expect(next(aWindow(rrule), '2026-11-24T12:00Z')).toBe(expected);
      });
    });

    describe('when the clocks change (Europe/Berlin, 29 March and 25 October 2026)', () => {
      const at0230 = aWindow('FREQ=DAILY;BYHOUR=2;BYMINUTE=30');

      test('an hour on the clock stays that hour on both sides', () => {
        const nine = aWindow('FREQ=DAILY;BYHOUR=9');

        expect(next(nine, '2026-03-27T12:00Z')).toBe('2026-03-28T08:00Z');
        expect(next(nine, '2026-03-28T12:00Z')).toBe('2026-03-29T07:00Z');
        expect(next(nine, '2026-10-24T12:00Z')).toBe('2026-10-25T08:00Z');
      });

      test('a start that does not exist moves to the first moment that does', () => {
        expect(next(at0230, '2026-03-28T12:00Z')).toBe('2026-03-29T01:00Z');
        expect(within(at0230, '2026-03-29T01:10Z')).toBe('2026-03-29T01:00Z/2026-03-29T02:00Z');
        expect(next(at0230, '2026-03-29T01:00Z')).toBe('2026-03-30T00:30Z');
      });

      test('an hour that comes twice counts the first time', () => {
        expect(next(at0230, '2026-10-24T12:00Z')).toBe('2026-10-25T00:30Z');
        expect(next(at0230, '2026-10-25T00:30Z')).toBe('2026-10-26T01:30Z');
        expect(within(at0230, '2026-10-25T01:45Z')).toBeNull();
      });

      test('a window lasts as long as it says, through the night of the change', () => {
        const nightly = aWindow('FREQ=DAILY;BYHOUR=22', { duration: 8 * HOUR });

        expect(within(nightly, '2026-03-29T04:30Z')).toBe('2026-03-28T21:00Z/2026-03-29T05:00Z');
        expect(within(nightly, '2026-10-25T03:30Z')).toBe('2026-10-24T20:00Z/2026-10-25T04:00Z');
      });

      test('an end on the clock is there, however long the night is', () => {
        const by = { duration: undefined, until: 'MO 00:00', kind: 'deny' } as const;
        const weekend = aWindow('FREQ=WEEKLY;BYDAY=SA', by);

        expect(within(weekend, '2026-03-28T12:00Z')).toBe('2026-03-27T23:00Z/2026-03-29T22:00Z');
        expect(within(weekend, '2026-10-24T12:00Z')).toBe('2026-10-23T22:00Z/2026-10-25T23:00Z');
        expect(within(weekend, '2026-10-25T22:59Z')).not.toBeNull();
        expect(within(weekend, '2026-10-25T23:00Z')).toBeNull();
      });

      test('an end that the clock shows twice closes as long and opens as shortly as it may mean', () => {
        const night = { duration: undefined, until: '02:30' } as const;
        const rule = 'FREQ=DAILY;BYHOUR=22';

        expect(within(aWindow(rule, { ...night, kind: 'deny' }), '2026-10-24T23:00Z')).toBe(
          '2026-10-24T20:00Z/2026-10-25T01:30Z',
        );
        expect(within(aWindow(rule, { ...night, kind: 'allow' }), '2026-10-24T23:00Z')).toBe(
          '2026-10-24T20:00Z/2026-10-25T00:30Z',
        );
        // Where it does not exist, at the first moment after.
        expect(within(aWindow(rule, night), '2026-03-28T23:00Z')).toBe(
          '2026-03-28T21:00Z/2026-03-29T01:00Z',
        );
      });

      test('a window that lies wholly in the hour that is skipped is not there that day', () => {
        const short = aWindow('FREQ=DAILY;BYHOUR=2', { duration: undefined, until: '02:45' });

        expect(within(short, '2026-03-29T01:10Z')).toBeNull();
        expect(within(short, '2026-03-29T00:59Z')).toBeNull();
        expect(within(short, '2026-03-28T01:10Z')).toBe('2026-03-28T01:00Z/2026-03-28T01:45Z');
      });

      test('every hour means those too that come twice', () => {
        const hourly = aWindow('FREQ=HOURLY', { duration: HOUR / 2 });

        for (const hour of ['00', '01', '02']) {
          expect(within(hourly, `2026-10-25T${hour}:10Z`)).toBe(
            `2026-10-25T${hour}:00Z/2026-10-25T${hour}:30Z`,
          );
        }
        expect(next(hourly, '2026-10-25T00:00Z')).toBe('2026-10-25T01:00Z');
      });

      test('an UNTIL of the rule is a moment, and no time of the clock', () => {
        const ends = aWindow('FREQ=DAILY;UNTIL=20261025T003000Z;BYHOUR=2;BYMINUTE=30');

        expect(next(ends, '2026-10-24T12:00Z')).toBe('2026-10-25T00:30Z');
        const before = aWindow('FREQ=DAILY;BYHOUR=2;BYMINUTE=30;UNTIL=20261025T002959Z');
        expect(next(before, '2026-10-24T12:00Z')).toBeNull();
        expect(within(before, '2026-10-25T00:45Z')).toBeNull();
      });

      test('the other half of the world changes at its own time', () => {
        const sydney = aWindow('FREQ=DAILY;BYHOUR=9', { timeZone: 'Australia/Sydney' });

        expect(next(sydney, '2026-10-02T12:00Z')).toBe('2026-10-02T23:00Z');
        expect(next(sydney, '2026-10-03T12:00Z')).toBe('2026-10-03T22:00Z');
      });
    });
  });
}
