import type { Clock } from '../../domain/ports/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * A clock whose time passes only while everybody sleeps: when nothing is left
 * to be done at once, it jumps to whoever sleeps the shortest. An hour of
 * waiting takes no time, and the order of things is always the same. What waits
 * for anything but this clock (a socket, a timer) is jumped over.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();
  #ticking = false;

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const early = (): void => this.#wake(sleeper);
      const wake = (): void => {
        signal?.removeEventListener('abort', early);
        resolve();
      };
      const sleeper: Sleeper = { due: this.#now + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', early);
      this.#tick();
    });
  }

  #tick(): void {
    if (this.#ticking || this.#sleepers.size === 0) return;
    this.#ticking = true;
    // Runs when every promise that could go on has: then all that is left is to wait.
    setImmediate(() => {
      this.#ticking = false;
      const first = this.#first();
      if (first !== null) {
        this.#now = Math.max(this.#now, first.due);
        this.#wake(first);
      }
      this.#tick();
    });
  }

  /** Of those due at once, who lay down first. */
  #first(): Sleeper | null {
    let first: Sleeper | null = null;
    for (const sleeper of this.#sleepers) {
      if (first === null || sleeper.due < first.due) first = sleeper;
    }
    return first;
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers.delete(sleeper);
    sleeper.wake();
  }
}
