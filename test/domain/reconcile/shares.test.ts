import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  carriedShares,
  hasShare,
  sameShare,
} from '../../../src/domain/reconcile/carried-shares.js';
import { lentShares } from '../../../src/domain/reconcile/lent-shares.js';
import { sharesOf } from '../../../src/domain/reconcile/shares/desired-shares.js';
import { isWell } from '../../../src/domain/model/serving.js';
import { statusOf } from '../../../src/domain/model/service-status.js';
import { sharesOver } from '../../../src/domain/reconcile/shares/shares-over.js';
import { sureShares } from '../../../src/domain/reconcile/shares/sure-shares.js';
import { sure, type TargetStatus } from '../../../src/domain/model/target-status.js';
import { aTarget, web } from '../../support/fixtures.js';
import { asked } from './asked.js';
import { running } from './standing.js';
import { aStatus, serviceOf, wanted } from './statuses.js';

const sum = (shares: Readonly<Record<string, number>>): number =>
  Object.values(shares).reduce((total, share) => total + share, 0);
const half = { 'web-1': 0.5, 'web-2': 0.5 };

describe('traffic that is lent', () => {
  const lent = (change = {}, floor = 1) =>
    lentShares(
      serviceOf(running(), running('1.0.0')),
      { ...wanted([], { shares: { 'web-1': 1 }, ...change }) },
      { floor },
    );
  const done = { isDone: (id: string) => id === 'web-2' };

  test('goes to those that have none and have the new version already', () => {
    expect(lent(done)).toEqual({ 'web-1': 0.5, 'web-2': 0.5 });
  });

  test('is none where nobody has the new version, knows the traffic, or could give it back', () => {
    expect(lent({ isDone: () => false })).toBeNull();
    expect(lent({ ...done, shares: null })).toBeNull();
    expect(lent(done, 2)).toBeNull();
  });
});

describe('traffic that is lent among targets of unequal size', () => {
  const lent = (floor: number) =>
    lentShares(
      serviceOf(running(), running('1.0.0')),
      { ...wanted([], { shares: { 'web-1': 1 } }), isDone: (id: string) => id === 'web-2' },
      { floor, capacities: { 'web-1': 4, 'web-2': 1 } },
    );

  test('is a part by capacity, where those that have it could carry all', () => {
    expect(lent(4)).toEqual({ 'web-1': 0.8, 'web-2': 0.2 });
    expect(lent(4.5)).toBeNull();
  });
});

describe('the traffic as it can be carried', () => {
  const carried = (statuses: readonly TargetStatus[], change = {}, floor = 1) =>
    carriedShares(serviceOf(...statuses), wanted([], { shares: half, ...change }), { floor });

  test('is all of it, over those that should have some, and over none that is in rotation unwell', () => {
    fc.assert(
      fc.property(asked(aStatus), ({ service, desired, given }) => {
        const shares = carriedShares(service, desired, given);
        if (shares === null) return;
        expect(sum(shares)).toBeCloseTo(1);
        for (const id of Object.keys(shares)) {
          const status = statusOf(service, web(Number(id.slice(4))));
          expect(desired.shares?.[id]).toBeGreaterThan(0);
          const takes = sure(status.inRotation) === true && status.heldOut === null;
          if (takes && status.seen?.up !== false) expect(isWell(status)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is what is desired where all are well, also of what is out of rotation: for when it is back', () => {
    expect(carried([running(), running()])).toEqual(half);
    expect(carried([running(), running('0.9.0', { inRotation: [false] })])).toEqual(half);
    expect(carried([running(), running('0.9.0', { seen: { up: false } })])).toEqual(half);
  });

  test('goes to the others where one in rotation is unwell', () => {
    expect(carried([running(), running('0.9.0', { bad: '0.9.0' as never })])).toEqual({
      'web-1': 1,
    });
  });

  test('stays as it is where nobody could carry it, or nobody says what it should be', () => {
    expect(carried([running(null), running('0.9.0', { inRotation: [false] })])).toBeNull();
    expect(carried([running(), running()], { shares: null })).toBeNull();
  });

  test('leaves the new version first on the way back, where the others are enough', () => {
    const back = { leaves: true, versions: new Map([[web(2), '0.9.0' as never]]) };
    const isDone = (id: string) => id === 'web-1';

    expect(carried([running(), running('1.0.0')], { ...back, isDone })).toEqual({ 'web-1': 1 });
    expect(carried([running(), running('1.0.0')], { ...back, isDone }, 2)).toEqual(half);
  });
});

describe('a share', () => {
  test('is had as near as routers come to it, and none is never near to some', () => {
    expect(hasShare(running('0.9.0', { weight: [0.334] }), 1 / 3)).toBe(true);
    expect(hasShare(running('0.9.0', { weight: [0.4] }), 1 / 3)).toBe(false);
    // What another split left there is put right, however little it is.
    expect(hasShare(running('0.9.0', { weight: [0.429] }), 0.417)).toBe(false);
    expect(hasShare(running('0.9.0', { weight: [0.3, 0.4] }), 0.3)).toBe(false);
    expect(hasShare(running(), 0.3)).toBe(false);
    expect(sameShare(0, 0.001)).toBe(false);
    expect(sameShare(0, 0)).toBe(true);
  });

  test('is known where it is sure', () => {
    const all = serviceOf(
      ...[running('0.9.0', { weight: [0.3] }), running('0.9.0', { weight: [0.3, 0.7] })],
      running('1.0.0'),
    );

    expect(sureShares(all)).toEqual({ 'web-1': 0.3 });
  });

  test('of a shift is in equal parts, and of a whole', () => {
    const shift = { to: [web(1), web(2)], from: [web(3)], percent: 50 };

    expect(sharesOf(shift, undefined)).toEqual({ 'web-1': 0.25, 'web-2': 0.25, 'web-3': 0.5 });
    expect(sharesOf({ to: [web(1)], from: [], percent: 100 }, undefined)).toEqual({ 'web-1': 1 });
  });

  test('of a shift is, within a group, by capacity', () => {
    const shift = { to: [web(1), web(2)], from: [web(3), web(4)], percent: 50 };
    const capacities = { 'web-1': 4, 'web-2': 1, 'web-3': 1 };

    expect(sharesOf(shift, capacities)).toEqual({
      ...{ 'web-1': 0.4, 'web-2': 0.1, 'web-3': 0.25, 'web-4': 0.25 },
    });
  });
});

describe('shares that were declared for other targets of unequal size', () => {
  const sizes = { 'web-1': 4, 'web-2': 1, 'web-3': 2 };
  const three = ['web-1', 'web-2', 'web-3'].map(aTarget);

  test('give a new one as much by its capacity as the others have', () => {
    const shares = sharesOver(three, { 'web-1': 0.8, 'web-2': 0.2 }, sizes);

    expect(shares['web-1']).toBeCloseTo(4 / 7);
    expect(shares['web-2']).toBeCloseTo(1 / 7);
    expect(shares['web-3']).toBeCloseTo(2 / 7);
  });

  test('give each its part where all are new', () => {
    expect(sharesOver(three, { 'web-9': 1 }, sizes)['web-1']).toBeCloseTo(4 / 7);
  });
});

describe('shares that were declared for other targets', () => {
  const painted = (id: string, colour: string) => ({ ...aTarget(id), metadata: { colour } });

  test('give a new target as much as those beside it have on average', () => {
    const three = [aTarget('web-1'), aTarget('web-2'), aTarget('web-3')];
    const shares = sharesOver(three, half);

    for (const { id } of three) expect(shares[id]).toBeCloseTo(1 / 3);
  });

  test('give a new target of an idle colour nothing', () => {
    const all = [painted('b1', 'blue'), painted('g1', 'green'), painted('g2', 'green')];

    expect(sharesOver(all, { b1: 1, g1: 0 })).toEqual({ b1: 1, g1: 0, g2: 0 });
  });

  test('are equal parts where all targets are new', () => {
    expect(sharesOver([aTarget('web-8'), aTarget('web-9')], half)).toEqual({
      ...{ 'web-8': 0.5, 'web-9': 0.5 },
    });
  });

  test('are a whole again where some targets are gone', () => {
    expect(sharesOver([aTarget('web-1')], half)).toEqual({ 'web-1': 1 });
  });

  test('are always a whole, or nothing at all', () => {
    const part = fc.option(fc.constantFrom(0, 0.2, 1), { nil: undefined });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.boolean(), (parts, hues) => {
        const targets = parts.map((_, at) =>
          hues ? painted(web(at + 1), at % 2 === 0 ? 'blue' : 'green') : aTarget(web(at + 1)),
        );
        const declared = Object.fromEntries(
          parts.flatMap((share, at) => (share === undefined ? [] : [[web(at + 1), share]])),
        );
        const shares = sharesOver(targets, declared);

        expect(Object.keys(shares)).toEqual(targets.map(({ id }) => id));
        const allNew = Object.keys(declared).length === 0;
        expect(sum(shares)).toBeCloseTo(sum(declared) > 0 || allNew ? 1 : 0);
      }),
    );
  });
});
