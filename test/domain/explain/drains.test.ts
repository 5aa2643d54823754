import { describe, expect, test } from 'vitest';
import { givenUpDrains, goingDrains } from '../../../src/domain/explain/drains.js';
import {
  countIn,
  drainWords,
  givenUpWords,
  spanWords,
} from '../../../src/domain/explain/drain-words.js';
import type { Draining } from '../../../src/domain/model/target.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { record, web } from '../../support/fixtures.js';
import { begun, deploy, explained, lived } from './standing.js';

const drain: Draining = { until: 28_000, count: { left: 3, of: 'requests' } };
const known = new Map([
  [web(1), { ...UNTOUCHED, drain }],
  [web(2), UNTOUCHED],
  [web(7), { ...UNTOUCHED, drain }],
]);
const given = (
  evidence: Readonly<Record<string, string | number | boolean | null>>,
): PlanEvent => ({
  type: 'deployment.target_drained',
  target: web(1),
  evidence,
});

describe('a drain', () => {
  test('is explained while it goes on: of the own targets only, and by no deployment that has not begun or has ended', () => {
    const going = begun([deploy(1, 2)], {}, { router: 'haproxy' });
    expect(explained(going, { known }).drains).toEqual([{ target: 'web-1', ...drain }]);
    expect(goingDrains({ ...going, state: { status: 'completed' } }, known)).toEqual([]);
    expect(goingDrains({ ...going, state: { status: 'approved' } }, known)).toEqual([]);
  });

  test.each<[Pick<Draining, 'count' | 'uncounted'>, number, string]>([
    [drain, 24_000, 'draining web-1: 3 requests left, at most 24 s more'],
    [drain, 23_001, 'draining web-1: 3 requests left, at most 24 s more'],
    [
      { count: { left: 1, of: 'connections' } },
      3_660_000,
      'draining web-1: 1 connection left, at most 1 h 1 min more',
    ],
    [{ count: null }, 500, 'draining web-1: at most 1 s more'],
    [drain, -1, 'draining web-1: 3 requests left, its time is up'],
    [
      { count: { left: 1, of: 'workers' }, uncounted: true },
      9_000,
      'draining web-1: 1 old worker of the router left, at most 9 s more; the router cannot count its requests',
    ],
  ])('says what is left and for how long it is waited at most: %j, %d ms', (its, leftMs, words) => {
    expect(drainWords('web-1', its, leftMs)).toBe(words);
  });

  test('that was given up says how many were cut; one that ended, nothing', () => {
    const deployment = begun([deploy(1)]);
    const events = record(
      deployment,
      [
        given({ ended: true, left: 0, of: 'requests' }),
        given({ ended: false, left: 2, of: 'requests', waitedMs: 30_200 }),
        given({ ended: null }),
        given({ ended: false }),
      ],
      5_000,
    );
    const [first, second, ...more] = givenUpDrains(events);
    expect(more).toEqual([]);
    expect(first).toEqual({
      ...{ target: 'web-1', count: { left: 2, of: 'requests' } },
      ...{ waitedMs: 30_200, at: 5_000 },
    });
    expect(second).toMatchObject({ count: null, waitedMs: null });
    expect(givenUpWords({ left: 2, of: 'requests' }, 30_200)).toBe(
      'drain given up after 30 s: 2 requests cut',
    );
    expect(givenUpWords({ left: 1, of: 'requests' }, 150)).toBe(
      'drain given up after 150 ms: 1 request cut',
    );
    expect(givenUpWords({ left: 2, of: 'workers' }, null)).toBe(
      'drain given up: 2 old workers of the router left; the router cannot count its requests that are cut',
    );
    expect(givenUpWords(null, 2_000)).toBe('drain given up after 2 s, with requests still open');
    expect(countIn({ left: 2, of: 'apples' })).toBeNull();
    expect(lived(deployment, 5_000, given({ ended: true })).state.status).toBe('executing');
  });
});

test('no time at all is told in seconds', () => {
  expect(spanWords(0)).toBe('0 s');
});
