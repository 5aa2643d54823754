import { describe, expect, test } from 'vitest';
import { rruleCalendar } from '../../../src/adapters/calendar/rrule-calendar.js';
import type { Freeze } from '../../../src/domain/model/plan/freeze.js';
import type { DeploymentWindow } from '../../../src/domain/model/plan/window.js';
import { windowVerdict, type WindowVerdict } from '../../../src/domain/policy/window-verdict.js';
import { aFreeze, allow, API, calendar, deny } from './timetable.js';

const verdict = (
  at: number,
  windows: readonly DeploymentWindow[],
  freezes: readonly Freeze[] = [],
): WindowVerdict => windowVerdict({ subject: API, windows, freezes, calendar }, at);

describe('whether a service may begin now', () => {
  test.each<[string, number, readonly DeploymentWindow[], readonly Freeze[]]>([
    ['nothing is said', 5, [], []],
    ['it is in an allow window', 15, [allow('10-20')], []],
    ['it is in one of two', 35, [allow('10-20'), allow('30-40')], []],
    ['it is outside a deny window', 5, [deny('10-20')], []],
    [
      'a freeze is of others',
      5,
      [],
      [aFreeze({ scope: { environment: 'staging', service: null, labels: {} } })],
    ],
    ['a freeze is still to come', 5, [], [aFreeze({ from: 6 })]],
    ['a freeze is over', 5, [], [aFreeze({ until: 5 })]],
  ])('is yes where %s', (_, at, windows, freezes) => {
    expect(verdict(at, windows, freezes)).toEqual({ kind: 'open' });
  });

  test('is no outside its allow windows, until the next of them begins', () => {
    expect(verdict(25, [allow('10-20 50-60'), allow('40-45', 'lunch')])).toMatchObject({
      kind: 'closed',
      hold: {
        kind: 'window',
        reason: 'outside its windows: office hours; lunch',
        until: 40,
        liftedBy: 'an override with a reason',
      },
    });
  });

  test('is no in a deny window, also inside an allow window', () => {
    expect(verdict(15, [allow('10-30'), deny('12-20')])).toMatchObject({
      hold: { kind: 'window', reason: 'no deployments now: shop is open', until: 20 },
    });
  });

  test('is no in a freeze, which says who, why and how it is lifted', () => {
    expect(verdict(5, [], [aFreeze({ until: 30 })])).toMatchObject({
      hold: {
        kind: 'freeze',
        reason: 'frozen by ann: stocktaking',
        until: 30,
        liftedBy: 'lifting the freeze f-1, or an override with a reason',
      },
    });
    expect(verdict(5, [], [aFreeze({ by: null })])).toMatchObject({
      hold: { reason: 'frozen: stocktaking', until: null },
    });
  });

  test('is told with the first moment at which nothing closes it', () => {
    const windows = [allow('10-20 30-40 50-60'), deny('28-35 50-55')];

    expect(verdict(5, windows, [aFreeze({ from: 0, until: 15 })])).toMatchObject({
      hold: { kind: 'freeze', until: 15 },
    });
    expect(verdict(25, windows)).toMatchObject({ hold: { until: 35 } });
    expect(verdict(25, windows, [aFreeze({ from: 33, until: 45 })])).toMatchObject({
      hold: { until: 55 },
    });
  });

  test.each<[string, readonly DeploymentWindow[], readonly Freeze[]]>([
    ['a freeze has no end', [], [aFreeze()]],
    ['a freeze without end comes before it opens', [deny('0-20')], [aFreeze({ from: 10 })]],
    ['its windows do not come again', [allow('0-5')], []],
    [
      'it is closed for longer than anybody looks',
      [deny(Array.from({ length: 200 }, (_, n) => `${n}-${n + 1}`).join(' '))],
      [],
    ],
  ])('is told without a time where %s', (_, windows, freezes) => {
    expect(verdict(6, windows, freezes)).toMatchObject({ kind: 'closed', hold: { until: null } });
  });

  test('is told with everything that closes it, each with its own end', () => {
    const told = verdict(15, [allow('30-40'), deny('10-20')], [aFreeze({ until: 18 })]);

    expect(told).toMatchObject({
      hold: { kind: 'freeze', until: 30 },
      closures: [
        { kind: 'freeze', until: 18 },
        { kind: 'window', until: 20 },
        { kind: 'window', until: 30 },
      ],
    });
  });

  test('follows the clocks of its time zone, with real windows', () => {
    const office: DeploymentWindow = {
      kind: 'allow',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=9',
      start: '1970-01-01T00:00',
      duration: 8 * 3_600_000,
      timeZone: 'Europe/Berlin',
      reason: 'office hours',
    };
    const table = { subject: API, windows: [office], freezes: [], calendar: rruleCalendar };

    // The Friday before the clocks go on: open again on Monday at 09:00, by then two hours ahead of UTC.
    const friday = Date.parse('2026-03-27T12:00Z');
    expect(windowVerdict(table, friday)).toMatchObject({
      hold: { until: Date.parse('2026-03-30T07:00Z') },
    });
    expect(windowVerdict(table, Date.parse('2026-03-30T07:00Z'))).toEqual({ kind: 'open' });
  });
});
