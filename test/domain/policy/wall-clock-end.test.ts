import { expect, test } from 'vitest';
import { isWallClockEnd, wallClockEnd } from '../../../src/domain/policy/wall-clock-end.js';

const clock = (text: string): number => Date.parse(`${text}Z`);

test.each([
  // 2026-03-28 is a Saturday.
  ['2026-03-28T00:00', 'MO 00:00', '2026-03-30T00:00'],
  ['2026-03-30T00:00', 'MO 00:00', '2026-04-06T00:00'],
  ['2026-03-29T23:59', 'MO 00:00', '2026-03-30T00:00'],
  ['2026-03-28T09:00', 'SA 17:30', '2026-03-28T17:30'],
  ['2026-03-28T18:00', 'SA 17:30', '2026-04-04T17:30'],
  ['2026-03-28T22:00', '06:00', '2026-03-29T06:00'],
  ['2026-03-28T05:00', '06:00', '2026-03-28T06:00'],
  ['2026-03-28T06:00', '06:00', '2026-03-29T06:00'],
])('a window that begins at %s until %s ends at %s', (start, until, end) => {
  expect(new Date(wallClockEnd(clock(start), until)).toISOString()).toBe(`${end}:00.000Z`);
});

test.each(['24:00', '6:00', 'MO', 'mo 00:00', 'MON 00:00', 'MO  00:00', '00:60', ''])(
  '%j is no end',
  (text) => {
    expect(isWallClockEnd(text)).toBe(false);
  },
);
