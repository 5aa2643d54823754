import type { RateLimit } from '../../contracts/config/server.schema.js';

/** More clients than this at once are an attack on this very map. */
const MOST_CLIENTS = 10_000;

/**
 * So many requests a while by client, as the generic cell rate algorithm counts
 * them (virtual scheduling, ITU-T I.371): one number for each client, the time by
 * which all that it was let through would have come, had it come evenly.
 */
export class RequestRate {
  readonly #window: number;
  readonly #apart: number;
  readonly #now: () => number;
  readonly #evenUntil = new Map<string, number>();

  constructor(
    { requests, per }: Pick<RateLimit, 'requests' | 'per'>,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#window = per;
    this.#apart = per / requests;
    this.#now = now;
  }

  /** Counts one request, or says in how many seconds the client may make it. */
  take(client: string): number {
    const now = this.#now();
    const until = Math.max(this.#evenUntil.get(client) ?? 0, now) + this.#apart;
    // A thousandth of leeway: sums of fractions are not exact, and the last request is promised.
    const early = until - now - this.#window;
    if (early > this.#apart / 1_000) return Math.max(1, Math.ceil(early / 1_000));
    this.#evenUntil.delete(client);
    this.#evenUntil.set(client, until);
    if (this.#evenUntil.size > MOST_CLIENTS) this.#forgetOne();
    return 0;
  }

  /** The one whose last request is the longest ago. */
  #forgetOne(): void {
    const [oldest = ''] = this.#evenUntil.keys();
    this.#evenUntil.delete(oldest);
  }
}
