import { describe, expect, test } from 'vitest';
import type { SeenTarget } from '../../../src/domain/ports/traffic-router.js';
import type { Declared } from '../../../src/domain/model/declared.js';
import { driftOf } from '../../../src/domain/reconcile/drift.js';
import { ANYTHING, type TargetStatus, UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aTarget, v, web } from '../../support/fixtures.js';
import { running, webs } from './standing.js';

const declared = (change: Partial<Declared> = {}): Declared => ({
  ...{ version: v('1.0.0'), others: {}, missed: [], shares: { 'web-1': 0.5, 'web-2': 0.5 } },
  ...change,
});
const well: SeenTarget = { inRotation: true, share: 0.5, up: true, heldOut: false };

/** What drifted of web-1 and web-2, of which the second is seen and known as said. */
const drifted = (
  seen: Partial<SeenTarget>,
  status: Partial<TargetStatus> = {},
  change: Partial<Declared> = {},
) =>
  driftOf(
    declared(change),
    [aTarget('web-1'), aTarget('web-2')],
    webs(running('1.0.0'), running('1.0.0', status)),
    { 'web-1': well, 'web-2': { ...well, ...seen } },
  );

describe('what a router says and a service does not declare', () => {
  test('is nothing where both are the same, as near as routers come to a share', () => {
    expect(drifted({})).toEqual([]);
    expect(drifted({ share: 0.501 })).toEqual([]);
    expect(drifted({ up: false })).toEqual([]);
  });

  test('is a target that somebody else holds out, in maintenance or drained', () => {
    const out = [{ kind: 'held_out', target: web(2), version: '1.0.0' }];

    expect(drifted({ heldOut: true })).toEqual(out);
    expect(drifted({ inRotation: false })).toEqual(out);
    expect(drifted({ inRotation: false }, { inRotation: [false], heldOut: 'drained' })).toEqual(
      out,
    );
  });

  test('is a target that we drained and nobody put back', () => {
    const out = [{ kind: 'out_of_rotation', target: web(2), version: '1.0.0' }];

    expect(drifted({ inRotation: false }, { inRotation: [false] })).toEqual(out);
    expect(drifted({ inRotation: false }, { inRotation: [true, false] })).toEqual(out);
  });

  test('is nothing of the traffic where those that are meant should have none and have none', () => {
    const none = { version: v('1.0.0'), missed: [], shares: { 'web-1': 0, 'web-2': 0 } };
    const idle = { ...well, share: 0 };
    const found = driftOf(
      declared(none),
      [aTarget('web-1'), aTarget('web-2')],
      webs(running('1.0.0'), running('1.0.0')),
      { 'web-1': idle, 'web-2': idle },
    );
    expect(found).toEqual([]);
  });

  test('is a share that is another, of each target that has another', () => {
    expect(drifted({ share: 1.5 })).toEqual([
      { kind: 'share', target: web(1), declared: 0.5, seen: 0.25 },
      { kind: 'share', target: web(2), declared: 0.5, seen: 0.75 },
    ]);
    expect(drifted({ share: 0 })).toHaveLength(2);
    expect(drifted({ share: 0 }, {}, { shares: null })).toEqual([]);
  });

  test.each<[string, Partial<TargetStatus>, Partial<Declared>]>([
    ['nobody ever deployed to', UNTOUCHED, {}],
    ['nobody said what it should run', {}, { others: { 'web-2': ANYTHING } }],
    ['failed within the tolerance', {}, { missed: [web(2)] }],
  ])('is nothing of a target that %s', (_, status, change) => {
    expect(drifted({ inRotation: false, share: 0.1 }, status, change)).toEqual([]);
  });

  test('is no rotation of a target that should run nothing, and a share that it gets nevertheless', () => {
    const change = { others: { 'web-2': null }, shares: { 'web-1': 1, 'web-2': 0 } };

    expect(drifted({ inRotation: false, share: 0 }, { version: [null] }, change)).toEqual([]);
    expect(drifted({ share: 0.5 }, { version: [null] }, change)).toHaveLength(2);
  });

  describe('where targets differ in size', () => {
    const sized = (first: SeenTarget, second: SeenTarget, change: Partial<Declared> = {}) =>
      driftOf(
        declared(change),
        [aTarget('web-1'), aTarget('web-2')],
        webs(running('1.0.0'), running('1.0.0')),
        { 'web-1': first, 'web-2': second },
      );
    const even = [
      { kind: 'share', target: web(1), declared: 0.8, seen: 0.5 },
      { kind: 'share', target: web(2), declared: 0.2, seen: 0.5 },
    ];

    test('is measured by what the balancer’s own configuration gives', () => {
      const [large, small] = [
        { ...well, capacity: 200 },
        { ...well, capacity: 50 },
      ];

      expect(sized(large, small)).toEqual(even);
      expect(sized({ ...large, share: 0.8 }, { ...small, share: 0.2 })).toEqual([]);
    });

    test('is measured by the sizes of now, whatever the shares were made for', () => {
      const shares = { 'web-1': 0.2, 'web-2': 0.8 };
      const then = { shares, capacities: { 'web-1': 1, 'web-2': 4 } };
      const targets = [{ ...aTarget('web-1'), capacity: 4 }, aTarget('web-2')];
      const found = driftOf(declared(then), targets, webs(running('1.0.0'), running('1.0.0')), {
        'web-1': well,
        'web-2': well,
      });

      expect(found).toEqual(even);
    });
  });

  test('is nothing of a target that the router does not know', () => {
    const targets = [aTarget('web-1'), aTarget('web-2')];

    expect(driftOf(declared(), targets, webs(running('1.0.0')), { 'web-1': well })).toEqual([]);
  });
});
