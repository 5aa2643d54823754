import { describe, expect, test } from 'vitest';
import type { RouterSaid } from '../../../src/domain/model/deployment/target-event.js';
import type { SeenAtPlace } from '../../../src/domain/ports/traffic-router.js';
import { missedBy } from '../../../src/domain/reconcile/missed-by.js';
import { owedToPlace } from '../../../src/domain/orchestrator/owed-to-place.js';
import { saidOf } from '../../../src/domain/reconcile/router-said.js';
import { SharedMap } from '../../../src/domain/model/shared-map.js';
import type { MissedBy, TargetStatus } from '../../../src/domain/model/target-status.js';
import { web } from '../../support/fixtures.js';
import { running, standing, statusOfWeb, told } from './standing.js';
import { aDeployment, after } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';

const IN: SeenAtPlace = { inRotation: true, share: 0.5, up: true, heldOut: false };
const half = running('0.9.0', { weight: [0.5] });
const away = (...places: readonly string[]): RouterSaid => ({
  ...{ inRotation: true, share: 0.5, heldOut: null, away: places },
});
const left = (leftWith: MissedBy['leftWith'], place = 'lb-2'): readonly MissedBy[] => [
  { place, leftWith },
];

describe('a balancer that goes away', () => {
  test.each([
    ['with nothing of ours, where the target is in rotation', {}, null],
    ['with our drain, where it is drained', { inRotation: [false] }, 'drained'],
    ['perhaps with our drain, where that is under way', { inRotation: [true, false] }, 'drained'],
    ['with our maintenance, where it is closed', { inRotation: [false], closed: true }, 'closed'],
    ['with it, where it may be', { inRotation: [false], closed: 'perhaps' }, 'closed'],
    ['with a person’s drain', { inRotation: [false], heldOut: 'drained' }, null],
    [
      'with a person’s drain there alone',
      { inRotation: [false], heldOut: 'drained', heldOutAt: ['lb-2'] },
      null,
    ],
    [
      'with our drain, where a person drains at another',
      { inRotation: [false], heldOut: 'drained', heldOutAt: ['lb-1'] },
      'drained',
    ],
  ] as const)('%s', (_, status, leftWith) => {
    expect(missedBy({ ...half, ...status }, away('lb-2'))).toEqual(left(leftWith));
  });

  test('keeps what it was left with for as long as it is away, and until it is like the others', () => {
    const was = { ...half, missedBy: left('drained') };
    expect(missedBy(was, away('lb-2'))).toEqual(left('drained'));
    const back = { inRotation: true, share: 0.5, heldOut: null } as const;
    expect(missedBy(was, { ...back, also: [{ inRotation: false, share: 0.5 }] })).toEqual(
      left('drained'),
    );
    expect(missedBy(was, back)).toEqual([]);
  });

  test('and is back with maintenance that we set is not taken for a person’s', () => {
    const was = { ...half, missedBy: left('closed') };
    const seen = { ...IN, at: { 'lb-1': IN, 'lb-2': { ...IN, heldOut: true } } };
    expect(saidOf(was, seen, false)).toMatchObject({
      heldOut: null,
      also: [{ inRotation: false }],
    });
    expect(saidOf({ ...half, missedBy: left('drained') }, seen, false)).toMatchObject({
      ...{ heldOut: 'maintenance', heldOutAt: ['lb-2'] },
    });
  });

  test('has what it missed once that is written, whoever else is away', () => {
    const begun = after(aDeployment(), give.approve, give.begin);
    const both = [...left(null), ...left('drained', 'lb-3')];
    const first = standing(begun, {
      targets: new Map([
        [web(1), { ...half, missedBy: both }],
        [web(2), { ...half, missedBy: left(null) }],
      ]),
    });
    const next = told(first, { type: 'deployment.place_caught_up', place: 'lb-2', evidence: {} });
    expect(statusOfWeb(next, 1).missedBy).toEqual(left('drained', 'lb-3'));
    expect(statusOfWeb(next, 2)).toEqual(half);
  });
});

describe('what a balancer that is back is owed', () => {
  const owed = (
    statuses: readonly TargetStatus[],
    ...seen: readonly Partial<SeenAtPlace>[]
  ): ReturnType<typeof owedToPlace> =>
    owedToPlace(
      {
        targets: SharedMap.from(
          statuses.map((status, at) => [web(at + 1), status] as const),
          () => [],
        ),
      },
      'lb-2',
      Object.fromEntries(seen.map((its, at) => [`web-${at + 1}`, { ...IN, ...its }])),
    );
  const HALVES = { 'web-1': 0.5, 'web-2': 0.5 };

  test('are its shares, as they are on record', () => {
    expect(owed([half, half], { share: 1 }, { share: 0 })).toEqual({
      ...{ ready: [], drain: [], shares: HALVES, isAlike: false },
    });
    expect(owed([half, half], {}, {})).toMatchObject({ shares: HALVES, isAlike: true });
  });

  test('are none where none were ever set, where nobody has any, and where it has some of the targets only', () => {
    const never = { ...half, weight: [null] } as const;
    const none = { ...half, weight: [0] } as const;
    expect(owed([never, never], {}, {})).toMatchObject({ shares: null, isAlike: true });
    expect(owed([none, none], {}, {})).toMatchObject({ shares: null, isAlike: true });
    expect(owed([half, half], { share: 1 })).toMatchObject({ shares: null, isAlike: true });
  });

  test('is to be told nothing while the record itself is not sure', () => {
    expect(owed([half, { ...half, weight: [0.5, 0.1] }], {}, {})).toBe(null);
    expect(owed([half, { ...half, weight: [null] }], {}, {})).toBe(null);
    expect(owed([half, { ...half, inRotation: [true, false] }], {}, {})).toBe(null);
  });

  test('is the end of our drain and of our closing there, and of nobody else’s', () => {
    const drained = { ...half, missedBy: left('drained') };
    const closed = { ...half, missedBy: left('closed') };
    const out = { inRotation: false };
    expect(owed([drained, half], out, out)).toMatchObject({ ready: [web(1)], isAlike: false });
    expect(owed([closed, drained], { heldOut: true }, { heldOut: true })).toMatchObject({
      ready: [web(1)],
    });
    expect(owed([closed, drained], {}, {})).toMatchObject({ ready: [] });
  });

  test('are our drains and closings that it missed, but for what a person holds out', () => {
    const out = { ...half, inRotation: [false] } as const;
    expect(owed([out, { ...out, closed: true }], {}, { inRotation: false })).toMatchObject({
      drain: [
        { target: web(1), close: false },
        { target: web(2), close: true },
      ],
      isAlike: false,
    });
    expect(
      owed([out, { ...out, closed: true }], { inRotation: false }, { heldOut: true }),
    ).toMatchObject({ drain: [], isAlike: true });
    expect(owed([{ ...out, heldOut: 'drained' }, half], {}, {})).toMatchObject({ drain: [] });
  });

  test('are none of what left the configuration', () => {
    expect(owed([half, { ...half, weight: [0], left: true }], {})).toMatchObject({
      ...{ shares: { 'web-1': 1 }, drain: [] },
    });
  });
});
