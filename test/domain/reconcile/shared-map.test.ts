import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SharedMap } from '../../../src/domain/model/shared-map.js';

interface Value {
  readonly words: readonly string[];
}
type Key = `k${number}`;

const wordsOf = ({ words }: Value): readonly string[] => words;
const ALL = Array.from({ length: 200 }, (_, n): Key => `k${n}`);
const key = fc.constantFrom(...ALL);
const value: fc.Arbitrary<Value> = fc.record({ words: fc.subarray(['red', 'big', 'old']) });
const entries = fc.array(fc.tuple(key, value), { maxLength: 120 });
const count = (values: Iterable<Value>, word: string): number =>
  [...values].filter(({ words }) => words.includes(word)).length;

/** Whatever can be asked of it, it answers as a plain map does. */
function expectSame(shared: SharedMap<Key, Value>, plain: ReadonlyMap<Key, Value>): void {
  expect([...shared]).toEqual([...plain]);
  expect([...shared.keys()]).toEqual([...plain.keys()]);
  expect([...shared.values()]).toEqual([...plain.values()]);
  expect(shared.size).toBe(plain.size);
  const each: unknown[] = [];
  shared.forEach((its, name, map) => each.push([name, its, map === shared]));
  expect(each).toEqual([...plain].map(([name, its]) => [name, its, true]));
  for (const word of ['red', 'big', 'old', 'none']) {
    expect(shared.count(word)).toBe(count(plain.values(), word));
  }
}

describe('a map that never changes', () => {
  test('answers as a plain map does, in the order in which its keys were first named', () => {
    fc.assert(
      fc.property(entries, entries, (first, later) => {
        const plain = new Map(first);
        let shared = SharedMap.from(first, wordsOf);
        expectSame(shared, plain);
        for (const [name, its] of later) {
          shared = shared.with(name, its);
          plain.set(name, its);
        }
        expectSame(shared, plain);
        expect(ALL.filter((name) => shared.get(name) !== plain.get(name))).toEqual([]);
        expect(ALL.filter((name) => shared.has(name) !== plain.has(name))).toEqual([]);
      }),
    );
  });

  test('is the same whether it is filled at once or one by one', () => {
    fc.assert(
      fc.property(entries, (given) => {
        let slow = SharedMap.empty<Key, Value>([], wordsOf);
        for (const entry of given) slow = slow.with(...entry);

        expectSame(slow, new Map(SharedMap.from(given, wordsOf)));
      }),
    );
  });

  test('keeps the order it was given, whichever key gets a value first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key), entries, (order, given) => {
        let shared = SharedMap.empty<Key, Value>(order);
        for (const entry of given) shared = shared.with(...entry);
        const named = new Set(given.map(([name]) => name));
        const rest = [...named].filter((name) => !order.includes(name));

        expect([...shared.keys()]).toEqual([...order.filter((name) => named.has(name)), ...rest]);
      }),
    );
  });

  test('leaves every older version, and every other way on from it, as it was', () => {
    fc.assert(
      fc.property(entries, entries, entries, (first, one, other) => {
        const base = SharedMap.from(first, wordsOf);
        const fork = (changes: readonly (readonly [Key, Value])[]) =>
          changes.reduce((map, [name, its]) => map.with(name, its), base);
        const [a, b] = [fork(one), fork(other)];

        expectSame(base, new Map(first));
        expect(new Map(a)).toEqual(new Map([...first, ...one]));
        expect(new Map(b)).toEqual(new Map([...first, ...other]));
        expect(a.size).toBe(new Map([...first, ...one]).size);
        expect(b.count('red')).toBe(count(new Map([...first, ...other]).values(), 'red'));
      }),
    );
  });

  test('tells exactly what is not the same in an older one, whatever kind of map that is', () => {
    fc.assert(
      fc.property(entries, entries, fc.boolean(), (first, later, isPlain) => {
        const old = SharedMap.from(first, wordsOf);
        const now = later.reduce((map, [name, its]) => map.with(name, its), old);
        const differing = [...now].filter(([name, its]) => old.get(name) !== its);

        const told = now.changedSince(isPlain ? new Map(old) : old);
        expect(new Map(told)).toEqual(new Map(differing));
        expect(told).toHaveLength(differing.length);
      }),
    );
  });

  test('holds ten thousand, finds each, and tells three changes among them', () => {
    const many = Array.from({ length: 10_000 }, (_, n): readonly [Key, Value] => [
      `k${n}`,
      { words: n % 3 === 0 ? ['red'] : [] },
    ]);
    const map = SharedMap.from(many, wordsOf);
    expectSame(map, new Map(many));

    const changed = map
      .with('k17', { words: ['red'] })
      .with('k9999', { words: [] })
      .with('k10000', { words: ['red'] });
    expect(changed.changedSince(map).map(([name]) => name)).toEqual(['k17', 'k9999', 'k10000']);
    expect([map.size, changed.size]).toEqual([10_000, 10_001]);
    expect([map.count('red'), changed.count('red')]).toEqual([3_334, 3_335]);
    expect(many.every(([name, its]) => map.get(name) === its)).toBe(true);
    expect(map.has('k10000')).toBe(false);
  });
});
