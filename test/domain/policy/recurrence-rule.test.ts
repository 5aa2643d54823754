import { describe, expect, test } from 'vitest';
import { isLocalTime } from '../../../src/domain/policy/local-time.js';
import { ruleRefusal } from '../../../src/domain/policy/recurrence-rule.js';

describe('a recurrence rule', () => {
  test.each([
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=SA,SU',
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO',
    'FREQ=MONTHLY;BYDAY=-1FR,+2MO;BYHOUR=0,23;BYMINUTE=0,59',
    'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
    'FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,-31',
    'FREQ=YEARLY;BYYEARDAY=-366;COUNT=366',
    'BYWEEKNO=53;FREQ=YEARLY;UNTIL=20991231T235959Z',
    'FREQ=MINUTELY;INTERVAL=90',
  ])('%s is one', (text) => {
    expect(ruleRefusal(text)).toBeNull();
  });

  test.each([
    ['', 'expected parts such as FREQ'],
    ['DAILY', 'got "DAILY"'],
    ['FREQ=DAILY;', 'got ""'],
    ['freq=daily', 'got "freq"'],
    ['FREQ=DAILY;constructor=1', 'got "constructor"'],
    ['FREQ=DAILY;BYSECOND=1', 'got "BYSECOND"'],
    ['FREQ=SECONDLY', 'expected FREQ of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY or MINUTELY'],
    ['FREQ=DAILY,WEEKLY', 'got "DAILY,WEEKLY"'],
    ['BYDAY=MO', 'expected a rule with FREQ'],
    ['FREQ=DAILY;FREQ=DAILY', 'expected FREQ once'],
    ['FREQ=DAILY;INTERVAL=0', 'expected INTERVAL of 1 to 1000, got "0"'],
    ['FREQ=DAILY;INTERVAL=1001', 'expected INTERVAL'],
    ['FREQ=DAILY;INTERVAL=1,2', 'expected INTERVAL'],
    ['FREQ=DAILY;COUNT=367', 'expected COUNT of 1 to 366'],
    ['FREQ=DAILY;COUNT=3=4', 'got "3=4"'],
    ['FREQ=DAILY;UNTIL=20261231', 'expected UNTIL of a time in UTC'],
    ['FREQ=DAILY;UNTIL=20261231T000000', 'expected UNTIL of a time in UTC'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20261231T000000Z', 'expected COUNT or UNTIL, not both'],
    ['FREQ=DAILY;BYHOUR=24', 'expected BYHOUR of 0 to 23, got "24"'],
    ['FREQ=DAILY;BYHOUR=9x', 'expected BYHOUR'],
    ['FREQ=DAILY;BYHOUR=9,', 'expected BYHOUR'],
    ['FREQ=DAILY;BYMINUTE=60', 'expected BYMINUTE'],
    ['FREQ=DAILY;BYMINUTE=-1', 'expected BYMINUTE'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'expected BYMONTHDAY'],
    ['FREQ=MONTHLY;BYMONTHDAY=-32', 'expected BYMONTHDAY'],
    ['FREQ=MONTHLY;BYDAY=54MO', 'expected BYDAY'],
    ['FREQ=MONTHLY;BYDAY=XX', 'expected BYDAY'],
    ['FREQ=WEEKLY;WKST=', 'expected WKST'],
    [`FREQ=DAILY;BYHOUR=${'1,'.repeat(300)}`, 'expected at most 500 characters'],
    ['RRULE:FREQ=DAILY\nDTSTART:20260101T000000Z', 'got "RRULE:FREQ"'],
  ])('%s is refused, saying what was wanted', (text, message) => {
    expect(ruleRefusal(text)).toContain(message);
  });
});

describe('a local time', () => {
  test.each([
    '1970-01-01T00:00',
    '2026-02-28T23:59',
    '2028-02-29T09:00',
    '2000-02-29T09:00',
    '2199-12-31T12:00',
  ])('%s is one', (text) => {
    expect(isLocalTime(text)).toBe(true);
  });

  test.each([
    '',
    '2026-01-05',
    '2026-01-05T09:00Z',
    '2026-01-05 09:00',
    '2026-00-05T09:00',
    '2026-13-05T09:00',
    '2026-01-00T09:00',
    '2026-04-31T09:00',
    '2026-02-29T09:00',
    '2100-02-29T09:00',
    '1969-12-31T09:00',
    '2200-01-01T09:00',
    '2026-01-05T24:00',
    '2026-01-05T09:60',
  ])('%s is none', (text) => {
    expect(isLocalTime(text)).toBe(false);
  });
});
