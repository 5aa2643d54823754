import { knows, type Need } from '../../domain/fleet/knowledge.js';
import type { Introduction, SignOfLife } from '../../domain/fleet/sign-of-life.js';
import type { Outline, WorkerSign } from '../../domain/fleet/worker-sign.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { Log } from '../../domain/ports/log.js';

export interface FleetPorts {
  readonly roster: SignOfLife;
  readonly own: Introduction;
  /** What can be shown of each configuration this worker knows, by fingerprint. */
  readonly outlines: ReadonlyMap<string, Outline>;
  /** Whether the file that it was configured from has changed since; not looked at where there is none. */
  readonly isConfigChanged?: (() => Promise<boolean>) | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const BEAT_MS = 1_000;
/** How often the configuration's file is looked at. */
const LOOK_MS = 5_000;
/** After so long without an answer others may seem dead that are not. */
const STEADY_MS = 6_000;
/** What is said is forgotten after a month; said anew this often, it stays. */
const SAY_AGAIN_MS = 60 * 60 * 1_000;

/** This worker among the others: tells them that it is there, and knows who else is. */
export class Fleet {
  readonly #ports: FleetPorts;
  #own: Introduction;
  #alive: readonly WorkerSign[] = [];
  #lookedAt = 0;
  #saidAt = 0;
  #heardAt = 0;
  /** Since when Redis has answered without a break. */
  #steadySince = 0;

  constructor(ports: FleetPorts) {
    this.#ports = ports;
    this.#own = ports.own;
  }

  get own(): Introduction {
    return this.#own;
  }

  /** Those at work, as last heard. */
  get alive(): readonly WorkerSign[] {
    return this.#alive;
  }

  /** Those at work and those that were, asked anew. */
  everybody(): Promise<readonly WorkerSign[]> {
    return this.#ports.roster.workers();
  }

  /** Whether others at work know other services than this one. */
  get isMixed(): boolean {
    return new Set(this.#alive.map(({ knowledge }) => knowledge)).size > 1;
  }

  /** Whether this worker carries such work out. */
  isMine = (need: Need): boolean => knows(this.#own.knowledge, need);

  /**
   * Whether somebody at work does; `null` while it can't be said that nobody
   * does: it has not been listened to for long enough.
   */
  somebodyKnows(need: Need): boolean | null {
    if (this.#alive.some(({ knowledge }) => knows(knowledge, need))) return true;
    return this.#ports.clock.now() - this.#steadySince < STEADY_MS ? null : false;
  }

  /** Before it takes jobs. */
  async join(): Promise<void> {
    await this.#say();
    await this.#beat();
  }

  /** Gives signs of life until it is told to stop, and says that it has stopped then. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#ports;
    while (!stop.aborted) {
      // oxlint-disable no-await-in-loop -- one sign after the other
      await clock.sleep(BEAT_MS, stop);
      if (stop.aborted) break;
      try {
        await this.#beat();
      } catch (error) {
        log.warn({ err: error }, 'no sign of life could be given');
      }
      // oxlint-enable no-await-in-loop
    }
    await this.#ports.roster
      .leave(this.#own)
      .catch((error: unknown) => log.warn({ err: error }, 'could not take leave'));
  }

  async #beat(): Promise<void> {
    const { roster, clock } = this.#ports;
    await this.#lookAtConfig();
    if (clock.now() - this.#saidAt > SAY_AGAIN_MS) await this.#say();
    const heard = await roster.beat(this.#own);
    const now = clock.now();
    if (now - this.#heardAt > 3 * BEAT_MS) this.#steadySince = now;
    this.#heardAt = now;
    if (heard === null) await this.#say();
    else this.#alive = heard;
  }

  /** What somebody edits is in force only once the worker is restarted: that is said until then. */
  async #lookAtConfig(): Promise<void> {
    const { isConfigChanged, clock, log } = this.#ports;
    if (isConfigChanged === undefined || clock.now() - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = clock.now();
    const isChanged = await isConfigChanged();
    if (isChanged === (this.#own.configChanged === true)) return;
    const { configChanged: _, ...own } = this.#own;
    this.#own = isChanged ? { ...own, configChanged: true } : own;
    if (isChanged) log.warn({}, 'the configuration has changed: restart this worker to use it');
    else log.info({}, 'the configuration is again the one that this worker uses');
    await this.#say();
  }

  async #say(): Promise<void> {
    const { roster, outlines, clock } = this.#ports;
    await roster.announce(this.#own, outlines);
    this.#saidAt = clock.now();
  }
}
