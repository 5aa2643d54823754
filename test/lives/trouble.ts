import type { Chance } from '../support/chance.js';

/** How often each thing goes wrong, 0 to 1. */
export interface Trouble {
  readonly deploy: number;
  /** How many of the driver's calls that fail took effect all the same. */
  readonly whole: number;
  readonly rollback: number;
  readonly check: number;
  readonly router: number;
  readonly flags: number;
  readonly metrics: number;
  /** Longest driver call, in milliseconds. */
  readonly slow: number;
  /** Longest answer of the router that comes late, in milliseconds; 0: none does. */
  readonly late: number;
}

export const CALM: Trouble = {
  deploy: 0,
  whole: 0.2,
  rollback: 0,
  check: 0,
  router: 0,
  flags: 0,
  metrics: 0,
  slow: 0,
  late: 0,
};

export type RouterFault = 'unreachable' | 'refused' | 'lost' | null;

/** What goes wrong now, drawn from a life's own chance; and what of it people set by hand in a test. */
export class Troubles {
  now: Trouble = CALM;
  /** What a router answers to a call of this name on this target, whatever is drawn. */
  onRoute: (call: string, target: string | null) => RouterFault = () => null;
  /** What a driver makes of a call, whatever is drawn. */
  onDrive: (target: string, version: string | null) => 'half' | null = () => null;
  /** Called at each call of any port that reaches a place, with what is asked for. */
  onCall: (name: string) => void = () => {};
  readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  route(call: string, target: string | null): RouterFault {
    const set = this.onRoute(call, target);
    if (set !== null || !this.#happens(this.now.router)) return set;
    const kind = this.chance();
    return kind < 0.4 ? 'unreachable' : kind < 0.7 ? 'lost' : 'refused';
  }

  /** `whole`: it took effect, and says that it failed. */
  drive(target: string, version: string | null, forwards: boolean) {
    const set = this.onDrive(target, version);
    if (set !== null) return { how: set, transient: false };
    if (!this.#happens(forwards ? this.now.deploy : this.now.rollback)) return null;
    const kind = this.chance();
    const { whole } = this.now;
    const how = kind < whole ? 'whole' : kind < whole + (1 - whole) * 0.6 ? 'half' : 'none';
    return { how, transient: this.chance() < 0.5 } as const;
  }

  check(): boolean {
    return this.#happens(this.now.check);
  }

  flag(): 'passing' | 'lasting' | null {
    if (!this.#happens(this.now.flags)) return null;
    return this.chance() < 0.5 ? 'passing' : 'lasting';
  }

  measured(): number {
    return this.#happens(this.now.metrics) ? 9 : 0;
  }

  /** Milliseconds. */
  driving(): number {
    return this.#upTo(this.now.slow);
  }

  answering(): number {
    return this.now.late === 0 || this.chance() < 0.7 ? 0 : this.#upTo(this.now.late);
  }

  #upTo(most: number): number {
    return most === 0 ? 0 : Math.floor(this.chance() * most);
  }

  #happens(likelihood: number): boolean {
    return likelihood > 0 && this.chance() < likelihood;
  }
}
