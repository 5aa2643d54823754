import { describe, expect, test } from 'vitest';
import { PER_MINUTE, scheduleOf } from './schedule.js';

const rates = PER_MINUTE.sentinel;

describe('the schedule of a run', () => {
  test('follows from its seed', () => {
    expect(scheduleOf(7, 1, rates)).toEqual(scheduleOf(7, 1, rates));
    expect(scheduleOf(7, 1, rates)).not.toEqual(scheduleOf(8, 1, rates));
  });

  test('has of each kind what its rate says, spread over the run and in order', () => {
    const all = scheduleOf(3, 10, rates);
    for (const [kind, rate] of Object.entries(rates)) {
      const times = all.filter((one) => one.kind === kind).map(({ at }) => at);
      expect(times).toHaveLength(Math.round(rate * 10));
      expect(Math.max(...times)).toBeLessThanOrEqual(600_000);
      const firstHalf = times.filter((at) => at < 300_000).length;
      expect(Math.abs(firstHalf - times.length / 2)).toBeLessThanOrEqual(1);
    }
    expect(all).toEqual(all.toSorted((a, b) => a.at - b.at));
  });

  test('leaves nothing out of the shortest run', () => {
    const kinds = new Set(scheduleOf(1, 0.1, rates).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(Object.keys(rates)));
  });
});
