import { describe, expect, test } from 'vitest';
import { nextEffects } from '../../../src/domain/reconcile/next-effects.js';
import { ANYTHING, type TargetStatus } from '../../../src/domain/model/target-status.js';
import { web } from '../../support/fixtures.js';
import { running } from './standing.js';
import { limits, NEW, OLD, serviceOf, wanted } from './statuses.js';

/** The cases of which the first core broke its promise, as states. */
const rolling = (statuses: readonly TargetStatus[], order: readonly number[], floor: number) =>
  nextEffects(serviceOf(...statuses), wanted(order.map(web), { shares: equal(statuses.length) }), {
    ...limits({ floor, width: order.length }),
  });
const equal = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [web(at + 1), 1 / count]));
const third = 1 / 3;
const weighed = (weight: number, change: Partial<TargetStatus> = {}) =>
  running('0.9.0', { weight: [weight], ...change });
const broken = { version: [OLD, ANYTHING, NEW], inRotation: [false] } as const;

describe('the next deployment', () => {
  test('gives all their traffic back before it drains who has all of it, after a canary that stopped', () => {
    const next = rolling([weighed(0, broken), weighed(0), weighed(1)], [1, 2, 3], 2);

    expect(next).toMatchObject({ effects: [{ kind: 'weigh', shares: equal(3) }] });
  });

  test('does the same after steps of its own that shifted everything to one', () => {
    const next = rolling([weighed(0), weighed(1), weighed(0)], [1, 2, 3], 2);

    expect(next).toMatchObject({ effects: [{ kind: 'weigh', shares: equal(3) }] });
  });

  test('counts what another deployment broke: first that is repaired, and nothing else is drained', () => {
    const all = [weighed(third), weighed(third), weighed(third, broken)];

    expect(rolling(all, [3, 1, 2], 2)).toEqual({
      kind: 'effects',
      effects: [{ kind: 'apply', target: web(3), version: NEW }],
    });
    expect(rolling(all, [1, 2], 2)).toEqual({ kind: 'floor', ours: true });
  });

  test('counts on no target of which the router never confirmed that it is back: that one is drained, no other', () => {
    const maybe = weighed(third, { inRotation: [false, true] });

    expect(rolling([maybe, weighed(third), weighed(third)], [1, 2, 3], 2)).toEqual({
      kind: 'effects',
      effects: [{ kind: 'drain', target: web(1) }],
    });
    // Where too few serve for that, it is asked back first.
    expect(rolling([maybe, weighed(third), weighed(third)], [1, 2, 3], 3)).toEqual({
      kind: 'effects',
      effects: [{ kind: 'admit', target: web(1) }],
    });
  });

  test('brings back to its part of the traffic what a failed canary left with nothing', () => {
    const left = weighed(0, { by: null });
    const done = wanted([], { shares: equal(2), leaves: true }, OLD);

    expect(nextEffects(serviceOf(left, weighed(1)), done, limits({ floor: 1 }))).toEqual({
      kind: 'effects',
      effects: [{ kind: 'weigh', shares: equal(2) }],
    });
  });

  test('first takes what the balancer sees down, not the only one that serves', () => {
    const down = weighed(0.5, { seen: { up: false } });
    const first = rolling([weighed(0.5, { seen: { up: true } }), down], [2, 1], 1);

    expect(first).toEqual({ kind: 'effects', effects: [{ kind: 'drain', target: web(2) }] });
    expect(rolling([weighed(0.5), down], [1], 1)).toEqual({ kind: 'floor', ours: false });
  });

  test('brings what a person holds out to the version without draining it, and leaves it held out', () => {
    const held = weighed(0.5, { heldOut: 'maintenance' });
    expect(rolling([weighed(0.5), held], [2, 1], 1)).toEqual({
      kind: 'effects',
      effects: [{ kind: 'apply', target: web(2), version: NEW }],
    });

    const there = { ...held, version: [NEW], inRotation: [false] } as const;
    expect(rolling([weighed(0.5), there], [2], 1)).toEqual({ kind: 'done' });
  });

  test('waits for what the world broke, and knows what it could not do anyway', () => {
    const up = weighed(third, { seen: { up: true } });
    const down = weighed(third, { seen: { up: false } });

    expect(rolling([up, up, down], [1, 2], 2)).toEqual({ kind: 'floor', ours: false });
    expect(rolling([up, up, weighed(third, broken)], [1, 2], 2)).toMatchObject({ ours: true });
  });

  test('takes no switch for done while nobody there can carry the traffic, and others still have it', () => {
    const shift = wanted([], { shares: { [web(2)]: 1 }, moves: true });
    const bound = limits({ floor: 1 });
    const held = weighed(0, { heldOut: 'maintenance' });

    const waits = nextEffects(serviceOf(weighed(1), held), shift, bound);
    expect(waits).toEqual({ kind: 'floor', ours: false });
    const bad = nextEffects(serviceOf(weighed(1), weighed(0, broken)), shift, bound);
    expect(bad).toEqual({ kind: 'floor', ours: true });
    // Traffic that a later step moves waits for that one.
    const later = { ...shift, moves: false };
    expect(nextEffects(serviceOf(weighed(1), held), later, bound)).toEqual({ kind: 'done' });
    // Where nobody has any, nothing is left where it should not be.
    const nobody = nextEffects(serviceOf(weighed(0), held), shift, bound);
    expect(nobody).toEqual({ kind: 'done' });
    const nothing = wanted([], { shares: { [web(1)]: 0 }, moves: true });
    expect(nextEffects(serviceOf(weighed(1)), nothing, bound)).toEqual({ kind: 'done' });
    const left = nextEffects(serviceOf(weighed(1, { left: true }), held), shift, bound);
    expect(left).toEqual({ kind: 'done' });
  });

  test('waits for what a person drained as for what is in maintenance, also where a shift goes there', () => {
    const byHand = { heldOut: 'drained', inRotation: [false] } as const;

    expect(rolling([weighed(0.5), weighed(0.5, byHand)], [1], 1)).toEqual({
      kind: 'floor',
      ours: false,
    });
    const shift = wanted([], { shares: { [web(3)]: 0.5, [web(4)]: 0.5 }, moves: true });
    const live = [weighed(0.5), weighed(0.5)];
    const green = [weighed(0.5), weighed(0.5, byHand)];
    expect(nextEffects(serviceOf(...live, ...green), shift, limits({ floor: 2 }))).toEqual({
      kind: 'floor',
      ours: false,
    });
  });
});
