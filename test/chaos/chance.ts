const MODULUS = 2_147_483_647;

/**
 * Everything a run leaves to chance, from one seed: Park & Miller's minimal
 * standard generator, Comm. ACM 36 (1993).
 */
export class Chance {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#state = (Math.abs(Math.trunc(seed)) % (MODULUS - 1)) + 1;
    // The first numbers of neighbouring seeds are neighbours.
    for (let n = 0; n < 8; n++) this.next();
  }

  /** A stream of its own: what one part of the run draws moves nothing in another. */
  stream(name: string): Chance {
    const mixed = Array.from(name).reduce(
      (sum, letter) => (sum * 31 + letter.charCodeAt(0)) % MODULUS,
      (Math.abs(Math.trunc(this.#seed)) % MODULUS) + 17,
    );
    return new Chance(mixed);
  }

  /** Between 0 and 1, neither included. */
  next(): number {
    this.#state = (this.#state * 48_271) % MODULUS;
    return this.#state / MODULUS;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of them, or `undefined` where there is none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.next() * items.length)];
  }

  /** One of the names, each as often as its weight says. */
  weighed<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries<number>(weights) as [Name, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return (entries.at(-1) as [Name, number])[0];
  }
}
