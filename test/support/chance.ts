/** Numbers from 0 to 1 that follow from a seed. */
export type Chance = () => number;

/** mulberry32, as Tommy Ettinger published it into the public domain. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of these, all as likely as each other. */
export function pick<T>(chance: Chance, from: readonly [T, ...T[]]): T {
  return from[Math.floor(chance() * from.length)] ?? from[0];
}

/** A whole number, both ends included. */
export const between = (chance: Chance, least: number, most: number): number =>
  least + Math.floor(chance() * (most - least + 1));

export const often = (chance: Chance, likelihood: number): boolean => chance() < likelihood;

/** Up to so many of what is made, each further one less likely. */
export function some<T>(chance: Chance, most: number, make: () => T): readonly T[] {
  const made: T[] = [];
  while (made.length < most && often(chance, 0.45)) made.push(make());
  return made;
}
