import type { ServiceRef } from '../../../src/domain/model/ids.js';
import { isTerminal } from '../../../src/domain/model/deployment/plan-state.js';
import type { DriverCall } from '../../../src/domain/ports/target-driver.js';
import { aRecord } from '../../support/cluster.js';
import { quiet } from '../../support/virtual-clock.js';
import { commandOf, drafted, idOf, refOf } from './asked.js';
import { FencedTargets } from './fenced-targets.js';
import { HostileQueue, type SimulatedJob } from './hostile-queue.js';
import { type Actor, Scheduler } from './scheduler.js';
import { SimulatedWorker } from './simulated-worker.js';
import { Watch } from './watch.js';
import { type Order, TROUBLED_MS, type Weather, weather } from './weather.js';

/** More steps than any run should take, and more time. */
const MOST_STEPS = 20_000;
const MOST_MS = 15 * 60_000;
const JOBS_AT_ONCE = 2;
const MOST_TROUBLES = 15;
const ROUND_MS = 1_000;

/** One interleaving of several workers, the queue and the people who give orders, from its seed to its end. */
export class Simulation {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly record: ReturnType<typeof aRecord>;
  readonly weather: Weather;
  readonly targets: FencedTargets;
  readonly broken: string[] = [];
  deaths = 0;
  freezes = 0;
  harms = 0;
  readonly watch: Watch;
  readonly queue: HostileQueue;
  readonly #workers: SimulatedWorker[] = [];
  readonly #begun: number;
  /** Times at which somebody does something, and what. */
  readonly #plans: { readonly at: number; readonly act: () => Promise<void> }[] = [];
  /** Whoever gives orders and asks for deployments. */
  readonly #person: SimulatedWorker;
  #saying = 0;
  #born = 0;
  #lastRound = 0;
  #troubles = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.scheduler = new Scheduler(seed);
    this.weather = weather(this.scheduler);
    this.#begun = this.scheduler.now();
    this.record = aRecord(this.scheduler);
    this.watch = new Watch(this.record.state, this.scheduler);
    this.queue = new HostileQueue(this.scheduler);
    const newest = (call: DriverCall): number => this.watch.newestFence(call);
    this.targets = new FencedTargets(this.scheduler, this.weather.storm, newest);
    this.#person = this.#bear('ann');
    for (let n = 0; n < this.weather.workers; n++) this.#workers.push(this.#bear());
    for (const [n] of this.weather.asked.entries()) this.#askFor(n);
    for (const order of this.weather.orders) this.#plan(order.at, () => this.#give(order));
    this.#plan(TROUBLED_MS, () => this.#resumeAll());
  }

  get refs(): readonly ServiceRef[] {
    return Array.from({ length: this.weather.services }, (_, n) => refOf(n));
  }

  async run(): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step++) {
      await quiet();
      this.watch.look();
      if (this.scheduler.now() - this.#begun > MOST_MS) break;
      if (this.#isOver()) return;
      this.#trouble();
      if (!this.#act() && !this.#passTime()) break;
    }
    this.broken.push(`not over: ${this.#open().join(', ')}`);
  }

  #open(): readonly string[] {
    return [...this.record.state.deployments.values()]
      .map(({ deployment }) => deployment)
      .filter(({ state }) => !isTerminal(state.status))
      .map(({ id, state, run }) => `${id} ${state.status} run ${run}`);
  }

  #isOver(): boolean {
    const idle = this.#workers.every(({ actor, busy, rescuing }) => {
      return actor.dead || (busy === 0 && !rescuing);
    });
    return idle && this.#plans.length === 0 && this.#saying === 0 && this.#open().length === 0;
  }

  /** One thing that can be done at this moment, by whoever is chosen; false where there is none. */
  #act(): boolean {
    const now = this.scheduler.now();
    this.queue.lookForStalled();
    const plan = this.#plans.findIndex(({ at }) => at <= now);
    if (plan >= 0) {
      this.#say(this.#plans.splice(plan, 1)[0]?.act);
      return true;
    }
    const able = this.#workers.filter(({ actor }) => !actor.dead && actor.frozenUntil <= now);
    const jobs = this.queue.due;
    const takers = able.filter(({ busy }) => busy < JOBS_AT_ONCE);
    if (jobs.length > 0 && takers.length > 0 && this.scheduler.happens(0.4)) {
      void this.#deliver(this.scheduler.one(jobs), this.scheduler.one(takers));
      return true;
    }
    const rescuers = able.filter(({ rescuing }) => !rescuing);
    if (rescuers.length > 0 && now >= this.#lastRound + ROUND_MS && this.#overdue() <= now) {
      this.#rescue(this.scheduler.one(rescuers));
      return true;
    }
    if (this.scheduler.step()) return true;
    if (jobs.length === 0 || takers.length === 0) return false;
    void this.#deliver(this.scheduler.one(jobs), this.scheduler.one(takers));
    return true;
  }

  #overdue(): number {
    return Math.min(...[...this.record.state.deployments.values()].flatMap(({ due }) => due ?? []));
  }

  /** To the next moment at which something may happen. */
  #passTime(): boolean {
    const now = this.scheduler.now();
    const round = Math.max(this.#overdue(), this.#lastRound + ROUND_MS);
    const moments = [
      ...[...this.scheduler.moments(), ...this.queue.moments(), round],
      ...this.#plans.map(({ at }) => at),
      ...this.#workers.filter(({ actor }) => !actor.dead).map(({ actor }) => actor.frozenUntil),
    ];
    const next = Math.min(...moments.filter((at) => at > now));
    if (!Number.isFinite(next)) return false;
    this.scheduler.advance(next);
    return true;
  }

  #trouble(): void {
    const { scheduler } = this;
    const { trouble, storm } = this.weather;
    const spared = this.#troubles >= MOST_TROUBLES || scheduler.now() - this.#begun > TROUBLED_MS;
    if (spared || !scheduler.happens(trouble)) return;
    this.#troubles += 1;
    if (scheduler.happens(0.5)) {
      this.harms += 1;
      return scheduler.note(this.queue.harm());
    }
    const alive = this.#workers.filter(({ actor }) => !actor.dead);
    if (alive.length === 0) return;
    const { actor } = scheduler.one(alive);
    const how = storm ? scheduler.one(['kill', 'freeze', 'freeze', 'pass']) : 'kill';
    if (how === 'pass') return void this.#passTime();
    if (how === 'freeze') {
      this.freezes += 1;
      actor.frozenUntil = scheduler.now() + 500 + scheduler.draw(15_000);
      return scheduler.note(`${actor.name} stands still until ${actor.frozenUntil}`);
    }
    this.#kill(actor);
  }

  #kill(actor: Actor): void {
    this.deaths += 1;
    actor.dead = true;
    this.scheduler.note(`${actor.name} dies`);
    const back = this.scheduler.draw(5_000);
    this.#plan(this.scheduler.now() - this.#begun + back, async () => {
      this.#workers.push(this.#bear());
    });
  }

  #bear(name = `w${(this.#born += 1)}`): SimulatedWorker {
    const pace = this.scheduler.one([1, 1, 1, 0.05]);
    const actor: Actor = { name, pace, dead: false, frozenUntil: 0 };
    const store = this.watch.store(this.record.store, actor);
    const { scheduler, queue, targets } = this;
    const { index } = this.record;
    return new SimulatedWorker(actor, scheduler, store, index, queue, targets);
  }

  #plan(after: number, act: () => Promise<void>): void {
    this.#plans.push({ at: this.#begun + after, act });
  }

  #askFor(n: number): void {
    const asked = this.weather.asked[n];
    if (asked === undefined) return;
    this.#plan(asked.at, async () => {
      const known = await this.record.index.targetStatuses(refOf(asked.service));
      const at = this.scheduler.now();
      const { deployment, events } = drafted(n, asked, this.weather.limited, at, known);
      for (let time = 0; time < (asked.twice ? 2 : 1); time++) {
        const owed = await this.#person.create(deployment, events);
        // A publisher may die between the two: then it is the rescuer's to find.
        if (owed !== null && !this.scheduler.happens(0.15)) await this.#person.publish(owed);
      }
    });
  }

  async #give(order: Order): Promise<void> {
    await this.#person.orchestrator.command(idOf(order.deployment), commandOf(order), 'ann');
  }

  #say(act: (() => Promise<void>) | undefined): void {
    this.#saying += 1;
    void act?.()
      .catch((error: unknown) => void this.broken.push(`an order broke: ${String(error)}`))
      .finally(() => void (this.#saying -= 1));
  }

  async #deliver(job: SimulatedJob, to: SimulatedWorker): Promise<void> {
    const delivery = this.queue.take(job, to.actor);
    this.scheduler.note(`${to.actor.name} takes ${job.id}`);
    to.busy += 1;
    try {
      const outcome = await to.perform(job, delivery);
      await this.scheduler.point(to.actor, `${outcome.kind} ${job.id}`);
      this.queue.settle(job, delivery, outcome);
    } catch (error) {
      this.broken.push(`${job.id} broke: ${String(error)}`);
    }
    to.busy -= 1;
  }

  #rescue(by: SimulatedWorker): void {
    this.#lastRound = this.scheduler.now();
    this.scheduler.note(`${by.actor.name} looks for what is overdue`);
    by.rescuing = true;
    void by
      .rescue()
      .catch((error: unknown) => void this.broken.push(`the rescuer broke: ${String(error)}`))
      .finally(() => void (by.rescuing = false));
  }

  /** What is paused goes on only when somebody says so. */
  async #resumeAll(): Promise<void> {
    const all = [...this.record.state.deployments.values()].map(({ deployment }) => deployment);
    for (const { id } of all.filter(({ state }) => state.status === 'paused')) {
      await this.#person.orchestrator.command(id, { type: 'resume' }, 'ann');
    }
  }
}
