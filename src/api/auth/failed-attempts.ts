const WINDOW_MS = 60_000;
const MOST_FAILURES = 20;
/** More addresses than this at once are an attack on this very map. */
const MOST_ADDRESSES = 10_000;

interface Failures {
  readonly since: number;
  readonly count: number;
}

/** Counts refused credentials by address, in this process only. */
export class FailedAttempts {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, Failures>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Seconds until this address may try again; 0: now. */
  waitOf(address: string): number {
    const known = this.#current(address);
    if (known === undefined || known.count < MOST_FAILURES) return 0;
    return Math.ceil((known.since + WINDOW_MS - this.#now()) / 1_000);
  }

  add(address: string): void {
    const known = this.#current(address) ?? { since: this.#now(), count: 0 };
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { ...known, count: known.count + 1 });
    if (this.#byAddress.size <= MOST_ADDRESSES) return;
    const [oldest = ''] = this.#byAddress.keys();
    this.#byAddress.delete(oldest);
  }

  #current(address: string): Failures | undefined {
    const known = this.#byAddress.get(address);
    return known !== undefined && known.since + WINDOW_MS > this.#now() ? known : undefined;
  }
}
