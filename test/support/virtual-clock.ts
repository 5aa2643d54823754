import type { Clock } from '../../src/domain/ports/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * A clock whose time passes only while everybody sleeps: when nothing is left
 * to be done at once, it jumps to whoever sleeps the shortest. An hour of
 * waiting takes no time, and the order of things is always the same.
 */
export class VirtualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];
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
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', early);
      this.#tick();
    });
  }

  #tick(): void {
    if (this.#ticking || this.#sleepers.length === 0) return;
    this.#ticking = true;
    // Runs when every promise that could go on has: then all that is left is to wait.
    setImmediate(() => {
      this.#ticking = false;
      const [first] = this.#sleepers.toSorted((a, b) => a.due - b.due);
      if (first) {
        this.#now = Math.max(this.#now, first.due);
        this.#wake(first);
      }
      this.#tick();
    });
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}

/** Lets everything happen that can happen without time passing. */
export const quiet = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
