import type { Clock } from '../../domain/ports/clock.js';
import type { EventLog } from '../../domain/ports/event-log.js';
import type { Log } from '../../domain/ports/log.js';
import type { PromotionStore } from '../../domain/promotion/promotion-store.js';
import type { RecordKind, RetentionStore } from '../../domain/retention/retention-store.js';
import {
  keptByAge,
  lookedFarEnough,
  newerNeeded,
  type RetentionTimes,
} from '../../domain/retention/deployment-rule.js';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.js';

export interface RetentionPorts {
  readonly retention: RetentionStore;
  readonly policy: RetentionPolicy;
  readonly promotions: Pick<PromotionStore, 'cursor'>;
  readonly events: Pick<EventLog, 'read'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Takes finished jobs away that are older than this; a part of them at a time. */
  readonly cleanJobs: (olderThanMs: number) => Promise<void>;
}

const PAGE = 200;
/** Keeps a round short, and the rescue on time: what is left is looked at in the next. */
const MOST_PAGES = 5;
/** Once all was looked at, as many rounds pass as it took; more and more, up to these, while nothing may go. */
const MOST_RESTS = 60;
/** Jobs, releases and promotions are few: they are looked at in one round of so many. */
const REST_OF_RECORDS = 30;

/**
 * Lets go of what nobody needs any more, in the rounds of the leading worker.
 * It walks through the history from the oldest on, over and over. Where it
 * stands is its own affair: another leader begins anew, and finds less to do.
 */
export class Retention {
  readonly #ports: RetentionPorts;
  /** How many of the oldest were looked at and stay. */
  #passed = 0;
  #walk = { rounds: 0, trimmed: 0 };
  #rests = 0;
  #lastRests = 0;
  #untilRecords = 0;

  constructor(ports: RetentionPorts) {
    this.#ports = ports;
  }

  async round(stop: AbortSignal): Promise<void> {
    const { log } = this.#ports;
    for (const part of [() => this.#deployments(stop), () => this.#records()]) {
      if (stop.aborted) return;
      try {
        await part();
      } catch (error) {
        log.warn({ err: error }, 'a round of retention failed');
      }
    }
  }

  async #deployments(stop: AbortSignal): Promise<void> {
    if (this.#rests > 0) {
      this.#rests -= 1;
      return;
    }
    const times = await this.#times();
    if (times === null) return;
    const walk = this.#walk;
    walk.rounds += 1;
    let trimmed = 0;
    for (let page = 0; page < MOST_PAGES && !stop.aborted; page++) {
      const looked = await this.#page(times);
      trimmed += looked.trimmed;
      walk.trimmed += looked.trimmed;
      if (!looked.last) continue;
      this.#beginAnew();
      break;
    }
    if (trimmed > 0) this.#ports.log.info({ trimmed }, 'let go of old deployments');
  }

  #beginAnew(): void {
    const { rounds, trimmed } = this.#walk;
    const longer = trimmed > 0 ? 0 : 2 * this.#lastRests + 1;
    this.#lastRests = Math.min(MOST_RESTS, Math.max(rounds - 1, longer));
    this.#rests = this.#lastRests;
    this.#passed = 0;
    this.#walk = { rounds: 0, trimmed: 0 };
  }

  async #page(
    times: RetentionTimes,
  ): Promise<{ readonly trimmed: number; readonly last: boolean }> {
    const { retention, policy } = this.#ports;
    const page = await retention.deployments(this.#passed, PAGE);
    const due = page.filter((trace) => keptByAge(trace, policy, times) === null);
    const answers = await Promise.all(
      due.map((trace) =>
        retention.trim({
          id: trace.id,
          endedBefore: times.now - policy.atLeast,
          newer: newerNeeded(trace, policy, times),
        }),
      ),
    );
    const trimmed = answers.filter(({ kind }) => kind === 'trimmed').length;
    this.#passed += page.length - trimmed;
    const newest = page.at(-1);
    const last =
      newest === undefined || page.length < PAGE || lookedFarEnough(newest, policy, times);
    return { trimmed, last };
  }

  /** `null` while nobody has begun to follow the events. */
  async #times(): Promise<RetentionTimes | null> {
    const { promotions, events, clock } = this.#ports;
    const cursor = await promotions.cursor();
    if (cursor === null) return null;
    const [next] = await events.read(cursor, 1, 0);
    const now = clock.now();
    return { now, followedUntil: next === undefined ? now : Date.parse(next.time) - 1 };
  }

  async #records(): Promise<void> {
    if (this.#untilRecords > 0) {
      this.#untilRecords -= 1;
      return;
    }
    this.#untilRecords = REST_OF_RECORDS;
    const { policy, cleanJobs } = this.#ports;
    await this.#kind('releases', policy.releases);
    await this.#kind('promotions', policy.promotions);
    await cleanJobs(policy.jobs);
  }

  /** From the oldest on, until there is a page of which none may go. */
  async #kind(kind: RecordKind, age: number): Promise<void> {
    const { retention, policy, clock } = this.#ports;
    const endedBefore = clock.now() - Math.max(age, policy.atLeast);
    for (let page = 0, passed = 0; page < MOST_PAGES; page++) {
      const ids = await retention.records(kind, passed, PAGE, policy.keep);
      const gone = await Promise.all(ids.map((id) => retention.trimRecord(kind, id, endedBefore)));
      const trimmed = gone.filter(Boolean).length;
      passed += ids.length - trimmed;
      if (ids.length < PAGE || trimmed === 0) return;
    }
  }
}
