import { performance } from 'node:perf_hooks';
import type { Clock } from '../../../domain/ports/clock.js';
import type { Log } from '../../../domain/ports/log.js';
import { systemClock } from '../../system/system-clock.js';
import type { RedisClient } from './connection.js';

/** A host whose clock is as close to Redis' is believed, to the millisecond. */
const TOLERANCE_MS = 1_000;
const LOOK_AGAIN_MS = 5_000;

/**
 * The time by which deadlines, waits and windows are judged: it must be one for
 * all workers, and a host's own may be an hour off, or become so at any moment.
 * Between looks at Redis' clock it goes by one that nobody can set.
 */
export class RedisClock implements Clock {
  readonly #client: RedisClient;
  readonly #log: Log;
  /** What Redis' clock said, and when that was. `null` until it answered without delay. */
  #known: { readonly time: number; readonly at: number } | null = null;
  #looking = false;
  #drifted = false;

  constructor(client: RedisClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  now(): number {
    const own = Date.now();
    if (this.#known === null) return own;
    const { time, at } = this.#known;
    const redis = time + (performance.now() - at);
    return Math.abs(own - redis) <= TOLERANCE_MS ? own : Math.round(redis);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }

  /** Looks now, and from then on again and again until the answer is called. */
  async follow(): Promise<() => void> {
    await this.#look();
    const timer = setInterval(() => void this.#look(), LOOK_AGAIN_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const asked = performance.now();
      const [seconds, micros] = await this.#client.time();
      const answered = performance.now();
      // Of an answer that took its time nobody knows when it was true.
      if (answered - asked > TOLERANCE_MS / 2) return;
      const time = Number(seconds) * 1_000 + Number(micros) / 1_000;
      this.#known = { time, at: (asked + answered) / 2 };
      this.#tell();
    } catch {
      // Redis is away: what is known of its clock stays true.
    } finally {
      this.#looking = false;
    }
  }

  #tell(): void {
    const aheadMs = Date.now() - this.now();
    const drifted = Math.abs(aheadMs) > TOLERANCE_MS;
    if (drifted && !this.#drifted) {
      this.#log.warn({ aheadMs }, 'the clock of this host is not that of Redis, which counts');
    }
    this.#drifted = drifted;
  }
}
