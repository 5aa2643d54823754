import { type Chance, often, pick } from '../support/chance.js';
import { placeOf } from './names.js';

/** Places of unequal size: how much each can carry beside the others, and who says so. */
export interface Sizes {
  /** `balancer`: its own configuration has them as weights. */
  readonly by: 'configuration' | 'balancer';
  readonly of: readonly number[];
}

/** Drawn apart, so that all else of a seed stays as it was. */
export function drawSizes(chance: Chance, targets: number, routed: boolean): Sizes | null {
  if (targets < 2 || !often(chance, 0.35)) return null;
  const more = Array.from({ length: targets - 1 }, () => pick(chance, [1, 1, 2, 2.5, 4]));
  const by = routed && often(chance, 0.5) ? 'balancer' : 'configuration';
  // The smallest has 1, as whoever reads weights scales them.
  return { by, of: [1, ...more] };
}

/** How much each of these places can carry; 1 where all are the same. */
export class PlaceSizes {
  /** The router's own configuration says so. */
  readonly balanced: boolean;
  readonly #targets: readonly string[];
  readonly #sizes: ReadonlyMap<string, number>;

  constructor(targets: readonly string[], sizes: Sizes | null = null) {
    this.balanced = sizes?.by === 'balancer';
    this.#targets = targets;
    this.#sizes = new Map(targets.map((id, at) => [id, sizes?.of[at] ?? 1]));
  }

  of(id: string): number {
    return this.#sizes.get(placeOf(id)) ?? 1;
  }

  /** The part that each of these has of what all of them can carry. */
  parts(ids: readonly string[]): ReadonlyMap<string, number> {
    const whole = ids.reduce((sum, id) => sum + this.of(id), 0);
    return new Map(ids.map((id) => [id, this.of(id) / whole]));
  }

  /** What a router gives it that was just started. */
  ownShare(id: string): number {
    if (!this.balanced) return 1 / this.#targets.length;
    return this.parts(this.#targets).get(id) ?? 0;
  }
}
