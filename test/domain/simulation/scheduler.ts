import type { Clock } from '../../../src/domain/ports/clock.js';
import { chanceFrom } from '../../support/chance.js';

/** A process, as far as it matters here: it may be dead, or stand still for a while. */
export interface Actor {
  readonly name: string;
  /** How likely it is to be the next to go on; a slow one is superseded often. */
  readonly pace: number;
  dead: boolean;
  frozenUntil: number;
}

interface Point {
  readonly actor: Actor;
  readonly name: string;
  readonly go: () => void;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Who goes on, and when time passes: chosen by a seed, so that all of it can be done again. */
export class Scheduler implements Clock {
  readonly trace: string[] = [];
  readonly #chance: () => number;
  #points: Point[] = [];
  readonly #sleepers = new Set<Sleeper>();
  #now = 1_000_000;

  constructor(seed: number) {
    this.#chance = chanceFrom(seed);
  }

  now(): number {
    return this.#now;
  }

  /** From 0 up to, and not including, `below`. */
  draw(below: number): number {
    return Math.floor(this.#chance() * below);
  }

  happens(likelihood: number): boolean {
    return this.#chance() < likelihood;
  }

  one<T>(of: readonly T[]): T {
    const chosen = of[this.draw(of.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }

  note(what: string): void {
    this.trace.push(`${this.#now} ${what}`);
  }

  /** Where a process is about to do something outside itself; it goes on when it is chosen, or never. */
  point(actor: Actor, name: string): Promise<void> {
    return new Promise((go) => void this.#points.push({ actor, name, go }));
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const early = (): void => wake();
      const sleeper: Sleeper = { due: this.#now + Math.max(0, ms), wake: () => wake() };
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', early);
        resolve();
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', early);
    });
  }

  /** Lets one of those who wait at a point go on; false where nobody can. */
  step(): boolean {
    this.#points = this.#points.filter(({ actor }) => !actor.dead);
    const able = this.#points.filter(({ actor }) => actor.frozenUntil <= this.#now);
    let left = this.#chance() * able.reduce((sum, { actor }) => sum + actor.pace, 0);
    const chosen = able.find(({ actor }) => (left -= actor.pace) < 0) ?? able.at(-1);
    if (chosen === undefined) return false;
    this.#points.splice(this.#points.indexOf(chosen), 1);
    this.note(`${chosen.actor.name} ${chosen.name}`);
    chosen.go();
    return true;
  }

  /** When sleepers wake. */
  moments(): readonly number[] {
    return [...this.#sleepers].map(({ due }) => due);
  }

  /** Time passes, and those whose time it is wake up, in no order that could be relied upon. */
  advance(to: number): void {
    this.#now = Math.max(this.#now, to);
    const due = [...this.#sleepers].filter((sleeper) => sleeper.due <= this.#now);
    while (due.length > 0) due.splice(this.draw(due.length), 1)[0]?.wake();
  }
}
