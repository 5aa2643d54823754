import { describe, expect, test } from 'vitest';
import type { Calendar } from '../../src/domain/ports/calendar.js';
import { aWindow } from './calendar.fixture.js';

/** Which windows a calendar finds wrong, and what it says of them. */
export function calendarCheckSuite(name: string, calendar: Calendar): void {
  describe(name, () => {
    describe('checking a window', () => {
      test.each([
        ['a plain one', aWindow('FREQ=WEEKLY;BYDAY=SA,SU')],
        ['a zone with a sign in its name', aWindow('FREQ=DAILY', { timeZone: 'Etc/GMT+5' })],
        ['a zone of three parts', aWindow('FREQ=DAILY', { timeZone: 'America/Argentina/Salta' })],
        ['an end on the clock', aWindow('FREQ=DAILY', { duration: undefined, until: 'MO 00:00' })],
        ['UTC', aWindow('FREQ=DAILY', { timeZone: 'UTC' })],
        ['a rule of leap days', aWindow('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29')],
        ['every working hour', aWindow('FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11')],
        ['a rule that is over', aWindow('FREQ=DAILY;COUNT=1', { start: '2001-01-01T00:00' })],
      ])('finds %s right', (_, window) => {
        expect(calendar.check(window)).toBeNull();
      });

      test.each([
        ['a part that does not exist', aWindow('FREQ=DAILY;EVERY=2'), 'rrule: expected parts'],
        ['a part where it makes no sense', aWindow('FREQ=DAILY;BYWEEKNO=3'), 'rrule: BYWEEKNO'],
        [
          'a date that does not exist',
          aWindow('FREQ=DAILY', { start: '2026-02-30T00:00' }),
          'start',
        ],
        [
          'a zone that does not exist',
          aWindow('FREQ=DAILY', { timeZone: 'Mars/Base' }),
          'timeZone',
        ],
        ['an offset for a zone', aWindow('FREQ=DAILY', { timeZone: '+02:00' }), 'timeZone'],
        ['no length', aWindow('FREQ=DAILY', { duration: 0 }), 'duration'],
        ['no end', aWindow('FREQ=DAILY', { duration: undefined }), 'exactly one of duration'],
        ['two ends', aWindow('FREQ=DAILY', { until: '06:00' }), 'exactly one of duration'],
        [
          'an end that is none',
          aWindow('FREQ=DAILY', { duration: undefined, until: 'XX 25:00' }),
          'until: expected a time such as MO 00:00',
        ],
        ['a day that never comes', aWindow('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), 'that occurs'],
        [
          'minutes that never come',
          aWindow('FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30'),
          'that occurs',
        ],
        [
          'an end before its start',
          aWindow('FREQ=DAILY;UNTIL=20000101T000000Z', { start: '2026-01-01T00:00' }),
          'that occurs',
        ],
        [
          'a year that does not come any more',
          aWindow('FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29', {
            start: '1971-01-01T00:00',
          }),
          'that occurs',
        ],
      ])('with %s says so', (_, window, expected) => {
        expect(calendar.check(window)).toContain(expected);
      });

      test('with a lone, enormous or hostile text ends soon, by count and not by clock', () => {
        for (const rrule of [
          '',
          ';'.repeat(400),
          'A'.repeat(1_000_000),
          `BYDAY=${'MO,'.repeat(100)}`,
        ]) {
          expect(calendar.check(aWindow(rrule)), rrule.slice(0, 40)).not.toBeNull();
        }
        const all = (most: number): string => Array.from({ length: most }, (_, n) => n).join(',');
        expect(
          calendar.check(aWindow(`FREQ=YEARLY;BYHOUR=${all(24)};BYMINUTE=${all(60)};BYDAY=MO`)),
        ).toBe('rrule: expected a rule that occurs, and less rarely than this');
      });
    });
  });
}
