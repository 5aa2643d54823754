import type { Places } from '../lives/places.js';

/** A sample that showed too few, without anybody else to blame. */
export interface Low {
  readonly kind: string;
  readonly said: string;
  /** The number of the log's line behind which it was found. */
  readonly line: number;
}

/** Reads, at a steady interval, how many targets of one service have traffic. */
export class TrafficSamples {
  taken = 0;
  low = 0;
  readonly faults: Low[] = [];
  readonly #places: Places;
  readonly #floor: number;
  /** Why there are fewer than the floor, if there are: `told` once it was said. */
  #below: 'excused' | 'ours' | 'told' | null = null;

  constructor(places: Places, floor: number) {
    this.#places = places;
    this.#floor = floor;
  }

  /** Something happened: what leaves fewer than the floor is the world's, or could not be known, or is ours. */
  changed(by: 'world' | 'ours'): void {
    if (this.#places.serving >= this.#floor) this.#below = null;
    else if (this.#below === null)
      this.#below = by === 'ours' && this.#isOurs() ? 'ours' : 'excused';
  }

  take(): void {
    if (this.#floor === 0) return;
    const { serving, judge } = this.#places;
    this.taken += 1;
    if (serving >= this.#floor) return;
    this.low += 1;
    if (this.#below === 'excused' || this.#below === 'told') return;
    const said = `${serving} have traffic, and ${this.#floor} must`;
    this.faults.push({ kind: 'too few have traffic', said, line: judge.story().length });
    this.#below = 'told';
  }

  /** As whoever looked last could know it, it is too few as well. */
  #isOurs(): boolean {
    const { targets } = this.#places;
    const known = targets.filter((id) => {
      const { version, alive, drained, share, heldOut } = this.#places.known(id);
      return version !== null && alive && !drained && share > 0 && !heldOut;
    });
    return known.length < this.#floor;
  }
}
