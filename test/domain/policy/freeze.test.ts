import { describe, expect, test } from 'vitest';
import {
  coversFreeze,
  type FreezeRequest,
  freezeFrom,
  type FreezeScope,
  inOrder,
  isInForce,
} from '../../../src/domain/model/plan/freeze.js';
import { aFreeze, API } from './timetable.js';

const scope = (rest: Partial<FreezeScope>): FreezeScope => ({
  environment: null,
  service: null,
  labels: {},
  ...rest,
});

describe('a freeze', () => {
  test.each<[string, Partial<FreezeScope>, boolean]>([
    ['of everything', {}, true],
    ['of its environment', { environment: 'production' }, true],
    ['of another environment', { environment: 'staging' }, false],
    ['of the service in every environment', { service: 'api' }, true],
    ['of another service', { service: 'web' }, false],
    ['of its label', { labels: { tier: 'web' } }, true],
    ['of another value of its label', { labels: { tier: 'db' } }, false],
    ['of a label it does not have', { labels: { team: 'red' } }, false],
    [
      'of its environment and another service',
      { environment: 'production', service: 'web' },
      false,
    ],
    [
      'of all that it is',
      { environment: 'production', service: 'api', labels: { tier: 'web' } },
      true,
    ],
  ])('%s covers a service or not: %j', (_, wanted, covered) => {
    expect(coversFreeze({ scope: scope(wanted) }, API)).toBe(covered);
  });

  test.each([
    [9, false],
    [10, true],
    [19, true],
    [20, false],
  ])('from 10 until 20 is in force at %d: %s', (at, inForce) => {
    expect(isInForce(aFreeze({ from: 10, until: 20 }), at)).toBe(inForce);
  });

  test('without an end is in force until it is lifted', () => {
    expect(isInForce(aFreeze({ from: 10, until: null }), Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});

test('freezes are in order by their start, then by id', () => {
  const [early, a, b] = [
    aFreeze({ from: 1, id: 'z' }),
    aFreeze({ from: 2, id: 'a' }),
    aFreeze({ from: 2, id: 'b' }),
  ];

  expect([a, b, early].toSorted(inOrder)).toEqual([early, a, b]);
  expect([b, a, early].toSorted(inOrder)).toEqual([early, a, b]);
});

describe('asking for a freeze', () => {
  const request = (rest: Partial<FreezeRequest>): FreezeRequest => ({
    scope: scope({}),
    reason: 'stocktaking',
    by: 'ann',
    from: null,
    until: null,
    for: null,
    ...rest,
  });

  test.each<[string, Partial<FreezeRequest>, { from: number; until: number | null }]>([
    ['begins now, and ends when it is lifted', {}, { from: 1_000, until: null }],
    ['lasts from now', { for: 500 }, { from: 1_000, until: 1_500 }],
    ['lasts from its start', { from: 5_000, for: 500 }, { from: 5_000, until: 5_500 }],
    ['ends at its end', { from: 5_000, until: 6_000 }, { from: 5_000, until: 6_000 }],
    ['may have begun before', { from: 500, until: 6_000 }, { from: 500, until: 6_000 }],
  ])('%s', (_, rest, times) => {
    expect(freezeFrom(request(rest), 'f-1', 1_000)).toEqual({
      ok: true,
      value: { id: 'f-1', scope: scope({}), reason: 'stocktaking', by: 'ann', ...times },
    });
  });

  test.each<[string, Partial<FreezeRequest>]>([
    ['is over already', { until: 1_000 }],
    ['ended before it was asked for', { from: 100, for: 900 }],
    ['ends before it begins', { from: 5_000, until: 4_000 }],
  ])('that %s is refused, naming the field', (_, rest) => {
    expect(freezeFrom(request(rest), 'f-1', 1_000)).toMatchObject({
      ok: false,
      error: { path: 'until' },
    });
  });
});
