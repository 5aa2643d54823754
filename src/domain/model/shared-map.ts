const WIDTH = 32;

type Leaf<V> = readonly (V | undefined)[];
type Branch<V> = readonly (Tree<V> | undefined)[];
type Tree<V> = Leaf<V> | Branch<V>;
type Counts = Readonly<Record<string, number>>;

/** The places of keys: shared by all versions of a map, and only ever added to. */
class Places<K> {
  readonly #places = new Map<K, number>();
  readonly keys: K[] = [];

  get(key: K): number | undefined {
    return this.#places.get(key);
  }

  named(key: K): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }
}

/**
 * A map that never changes: `with` gives a new one that shares all but a short
 * path with the old one, so one change costs the same for 10 entries and for
 * 10,000. Iterates in the order in which the keys were first named. Counts its
 * values by the words that `wordsOf` says of each, so that nobody has to scan.
 */
export class SharedMap<K extends string, V extends object> implements ReadonlyMap<K, V> {
  readonly size: number;
  readonly #places: Places<K>;
  readonly #root: Tree<V>;
  /** How many places the tree has room for. */
  readonly #room: number;
  readonly #wordsOf: (value: V) => readonly string[];
  readonly #counts: Counts;

  private constructor(
    places: Places<K>,
    root: Tree<V>,
    room: number,
    size: number,
    wordsOf: (value: V) => readonly string[],
    counts: Counts,
  ) {
    this.#places = places;
    this.#root = root;
    this.#room = room;
    this.size = size;
    this.#wordsOf = wordsOf;
    this.#counts = counts;
  }

  /** An empty map; `keys` fixes the order in which these are iterated. */
  static empty<K extends string, V extends object>(
    keys: Iterable<K> = [],
    wordsOf: (value: V) => readonly string[] = () => [],
  ): SharedMap<K, V> {
    const places = new Places<K>();
    for (const key of keys) places.named(key);
    return new SharedMap<K, V>(places, [], WIDTH, 0, wordsOf, {});
  }

  /** All of these at once; keys that come first are iterated first. */
  static from<K extends string, V extends object>(
    entries: Iterable<readonly [K, V]>,
    wordsOf: (value: V) => readonly string[],
  ): SharedMap<K, V> {
    const places = new Places<K>();
    const values: V[] = [];
    const counts: Record<string, number> = {};
    for (const [key, value] of entries) {
      values[places.named(key)] = value;
    }
    for (const word of values.flatMap(wordsOf)) counts[word] = (counts[word] ?? 0) + 1;
    let level: readonly unknown[] = values;
    let room = WIDTH;
    while (level.length > WIDTH) {
      level = grouped(level);
      room *= WIDTH;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of one level, all are of one kind
    return new SharedMap<K, V>(places, level as Tree<V>, room, values.length, wordsOf, counts);
  }

  get(key: K): V | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#at(place);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** How many values have this word. */
  count(word: string): number {
    return this.#counts[word] ?? 0;
  }

  with(key: K, value: V): SharedMap<K, V> {
    const place = this.#places.named(key);
    const was = this.#at(place);
    let { root, room } = { root: this.#root, room: this.#room };
    while (place >= room) {
      root = [root];
      room *= WIDTH;
    }
    const counts = this.#recounted(was, value);
    const size = this.size + (was === undefined ? 1 : 0);
    const tree = put(root, room / WIDTH, place, value);
    return new SharedMap(this.#places, tree, room, size, this.#wordsOf, counts);
  }

  /** The entries that are not the same in `older`; what both share is not even looked at. */
  changedSince(older: ReadonlyMap<K, V>): readonly (readonly [K, V])[] {
    const changed: (readonly [K, V])[] = [];
    const alike =
      older instanceof SharedMap && older.#places === this.#places && older.#room === this.#room;
    if (!alike) {
      for (const entry of this) if (older.get(entry[0]) !== entry[1]) changed.push(entry);
      return changed;
    }
    const { keys } = this.#places;
    differences<V>(this.#root, older.#root, this.#room / WIDTH, 0, (place, value) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every value has its key's place
      changed.push([keys[place] as K, value]);
    });
    return changed;
  }

  *entries(): MapIterator<[K, V]> {
    for (const [place, key] of this.#places.keys.entries()) {
      const value = this.#at(place);
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(work: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) work(value, key, this);
  }

  #at(place: number): V | undefined {
    if (place >= this.#room) return undefined;
    let tree: Tree<V> | undefined = this.#root;
    for (let span = this.#room / WIDTH; span > 1; span /= WIDTH) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- above the lowest level all are branches
      tree = (tree as Branch<V>)[Math.floor(place / span) % WIDTH];
      if (tree === undefined) return undefined;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- at the lowest level all are leaves
    return (tree as Leaf<V>)[place % WIDTH];
  }

  #recounted(was: V | undefined, now: V): Counts {
    const before = was === undefined ? [] : this.#wordsOf(was);
    const after = this.#wordsOf(now);
    if (before.length === after.length && before.every((word, at) => word === after[at])) {
      return this.#counts;
    }
    const counts: Record<string, number> = { ...this.#counts };
    const add = (by: number) => (word: string) => (counts[word] = (counts[word] ?? 0) + by);
    before.forEach(add(-1));
    after.forEach(add(1));
    return counts;
  }
}

const grouped = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / WIDTH) }, (_, at) =>
    items.slice(at * WIDTH, (at + 1) * WIDTH),
  );

function put<V>(tree: Tree<V> | undefined, span: number, place: number, value: V): Tree<V> {
  const copy: (V | Tree<V> | undefined)[] = [...(tree ?? [])];
  const at = Math.floor(place / span) % WIDTH;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- above the lowest level all are branches
  copy[at] = span === 1 ? value : put(copy[at] as Tree<V> | undefined, span / WIDTH, place, value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of one level, all are of one kind
  return copy as Tree<V>;
}

function differences<V>(
  now: Tree<V>,
  was: Tree<V> | undefined,
  span: number,
  from: number,
  found: (place: number, value: V) => void,
): void {
  if (now === was) return;
  for (let at = 0; at < now.length; at += 1) {
    const [mine, its] = [now[at], was?.[at]];
    if (mine === undefined || mine === its) continue;
    const place = from + at * span;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the level tells values from trees
    if (span === 1) found(place, mine as V);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the level tells values from trees
    else differences(mine as Tree<V>, its as Tree<V> | undefined, span / WIDTH, place, found);
  }
}
