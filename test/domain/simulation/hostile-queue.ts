import { workJobId } from '../../../src/contracts/jobs/work-job.js';
import type { WorkOwed } from '../../../src/domain/model/deployment/work-owed.js';
import type { Outcome } from '../../../src/workers/jobs/outcome.js';
import type { Actor, Scheduler } from './scheduler.js';

export interface SimulatedJob {
  readonly id: string;
  readonly work: WorkOwed;
  readonly publishedAt: number;
  at: number;
  state: 'waiting' | 'active' | 'ended';
  holder: Actor | null;
  /** Of the delivery under way: an older one's word does not count any more. */
  delivery: number;
}

/** After this long a silent worker's job is handed to another one. */
const LOCK_MS = 10_000;

/** Jobs as BullMQ has them, at its worst: out of order, late, twice, failed by nobody's fault, or lost. */
export class HostileQueue {
  readonly #jobs = new Map<string, SimulatedJob>();
  readonly #scheduler: Scheduler;
  readonly #silentSince = new Map<SimulatedJob, number>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  publish(work: WorkOwed): void {
    const id = workJobId(work);
    // One that has ended is still known by its name: the same again is no new job.
    if (this.#jobs.has(id)) return;
    const now = this.#scheduler.now();
    const fresh = { state: 'waiting', holder: null, delivery: 0 } as const;
    this.#jobs.set(id, { id, work, publishedAt: now, at: now, ...fresh });
  }

  stateOf(work: WorkOwed): 'pending' | 'active' | 'gone' {
    const state = this.#jobs.get(workJobId(work))?.state ?? 'ended';
    return state === 'waiting' ? 'pending' : state === 'active' ? 'active' : 'gone';
  }

  get due(): readonly SimulatedJob[] {
    return this.#all('waiting').filter(({ at }) => at <= this.#scheduler.now());
  }

  /** When jobs come due, or are taken from silent workers. */
  moments(): readonly number[] {
    const stalls = [...this.#silentSince.values()].map((since) => since + LOCK_MS);
    return [...this.#all('waiting').map(({ at }) => at), ...stalls];
  }

  take(job: SimulatedJob, by: Actor): number {
    Object.assign(job, { state: 'active', holder: by, delivery: job.delivery + 1 });
    return job.delivery;
  }

  settle(job: SimulatedJob, delivery: number, outcome: Outcome): void {
    if (job.delivery !== delivery || job.state !== 'active') return;
    job.holder = null;
    job.state = outcome.kind === 'snooze' || outcome.kind === 'hand_back' ? 'waiting' : 'ended';
    job.at = outcome.kind === 'snooze' ? outcome.until : this.#scheduler.now();
  }

  /** Takes jobs from workers that have been silent for too long. */
  lookForStalled(): void {
    const now = this.#scheduler.now();
    for (const job of this.#all('active')) {
      const silent = job.holder === null || job.holder.dead || job.holder.frozenUntil > now;
      if (!silent) this.#silentSince.delete(job);
      else if (!this.#silentSince.has(job)) this.#silentSince.set(job, now);
      if ((this.#silentSince.get(job) ?? now) + LOCK_MS > now) continue;
      this.#silentSince.delete(job);
      this.#again(job);
    }
  }

  /** Does something bad to one of the jobs; tells what. */
  harm(): string {
    const all = [...this.#jobs.values()].filter(({ state }) => state !== 'ended');
    if (all.length === 0) return 'no job to harm';
    const chosen = this.#scheduler.one(all);
    const how = this.#scheduler.one(['lose', 'fail', 'delay', 'repeat', 'repeat']);
    if (how === 'lose') this.#jobs.delete(chosen.id);
    else if (how === 'fail') chosen.state = 'ended';
    else if (how === 'delay') chosen.at += 1_000 + this.#scheduler.draw(20_000);
    else this.#again(chosen);
    return `${how} ${chosen.id}`;
  }

  /** For another worker, while the one that has it may still be at it. */
  #again(job: SimulatedJob): void {
    Object.assign(job, { state: 'waiting', holder: null, delivery: job.delivery + 1 });
    job.at = this.#scheduler.now();
  }

  #all(state: SimulatedJob['state']): readonly SimulatedJob[] {
    return [...this.#jobs.values()].filter((job) => job.state === state);
  }
}
