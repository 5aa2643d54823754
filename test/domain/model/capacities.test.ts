import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  capacitiesOf,
  levelled,
  reaches,
  smallestFirst,
  together,
} from '../../../src/domain/model/traffic/capacities.js';
import { targetId } from '../../../src/domain/model/ids.js';
import { aTarget, web } from '../../support/fixtures.js';

const two = [aTarget('web-1'), aTarget('web-2')];
const sized = (...sizes: readonly (number | undefined)[]) =>
  sizes.map((capacity, at) => ({
    ...aTarget(`web-${at + 1}`),
    ...(capacity !== undefined && { capacity }),
  }));
const none = (): undefined => undefined;

describe('what targets can carry', () => {
  test('is as configured, and 1 where one of them says it and another does not', () => {
    expect(capacitiesOf(sized(4, undefined), () => 50)).toEqual({ 'web-1': 4, 'web-2': 1 });
  });

  test('is else as the balancer’s own configuration has it, on a scale whose smallest is 1', () => {
    const given = (id: string): number => (id === 'web-1' ? 200 : 50);

    expect(capacitiesOf(two, given)).toEqual({ 'web-1': 4, 'web-2': 1 });
  });

  test('is nothing to tell where all can carry the same, or nobody says', () => {
    expect(capacitiesOf(two, none)).toBeUndefined();
    expect(capacitiesOf(two, () => 100)).toBeUndefined();
    expect(capacitiesOf(sized(3, 3), () => 7)).toBeUndefined();
    expect(capacitiesOf([], none)).toBeUndefined();
  });

  test('is that of the others on average where the balancer begins it with nothing', () => {
    const weights = new Map([
      ['web-1', 30],
      ['web-2', 10],
      ['web-3', 0],
    ]);
    const three = [...two, aTarget('web-3')];

    expect(capacitiesOf(three, (id) => weights.get(id))).toEqual({
      ...{ 'web-1': 3, 'web-2': 1, 'web-3': 2 },
    });
    // A colour that is not live yet.
    expect(capacitiesOf(two, (id) => (id === 'web-1' ? 100 : 0))).toBeUndefined();
  });

  test('adds up, and is enough whatever rounding left', () => {
    expect(together({ 'web-1': 4 }, [web(1), web(2)])).toBe(5);
    expect(together(undefined, [web(1), web(2)])).toBe(2);
    expect(reaches(0.1 + 0.2 - 1e-12, 0.3)).toBe(true);
    expect(reaches(2, 2.01)).toBe(false);
  });

  test('says who is taken first: the smallest, and else the first', () => {
    const order = smallestFirst(sized(4, 1, 1), { 'web-1': 4 }).map(({ id }) => id);

    expect(order).toEqual(['web-2', 'web-3', 'web-1']);
  });
});

describe('shares once targets can carry other things than then', () => {
  const half = { 'web-1': 0.5, 'web-2': 0.5 };
  const large = { 'web-1': 4, 'web-2': 1 };

  test('are by capacity, from equal ones', () => {
    expect(levelled(half, undefined, large)).toEqual({ 'web-1': 0.8, 'web-2': 0.2 });
    expect(levelled({ 'web-1': 0.8, 'web-2': 0.2 }, large, undefined)).toEqual(half);
  });

  test('stay where they are by capacity already, as near as whole weights come', () => {
    const near = { 'web-1': 0.802, 'web-2': 0.198 };

    expect(levelled(near, undefined, large)).toBe(near);
    expect(levelled({ 'web-1': 1, 'web-2': 0 }, undefined, large)).toEqual({
      ...{ 'web-1': 1, 'web-2': 0 },
    });
  });

  test('stay of nobody where nobody has any', () => {
    const nobody = { 'web-1': 0, 'web-2': 0 };

    expect(levelled(nobody, { 'web-1': 2, 'web-2': 1 }, large)).toEqual(nobody);
  });

  test('keep a split that was asked for beside the sizes, add up, and come back', () => {
    const size = fc.constantFrom(1, 2, 2.5, 4, 50);
    const sizes = fc.record({ a: size, b: size, c: size });
    const parts = fc.record({ a: fc.nat(9), b: fc.nat(9), c: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(parts, sizes, sizes, (part, then, now) => {
        const whole = part.a + part.b + part.c;
        const shares = { a: part.a / whole, b: part.b / whole, c: part.c / whole };
        const next = levelled(shares, then, now);
        const back = levelled(next, now, then);

        expect(together(next, ['a', 'b', 'c'].map(targetId))).toBeCloseTo(1);
        for (const id of ['a', 'b', 'c'] as const) {
          expect(back[id]).toBeCloseTo(shares[id]);
          // The load of each beside its capacity is what it was.
          const [load, before] = [next[id] ?? 0, shares[id]];
          const [c, cBefore] = [next['c'] ?? 0, shares.c];
          expect((load / now[id]) * (cBefore / then.c)).toBeCloseTo(
            (before / then[id]) * (c / now.c),
          );
        }
      }),
    );
  });
});
