import { VirtualClock } from '../../src/adapters/simulation/virtual-clock.js';
import type { Transition } from '../../src/domain/ports/deployment-store.js';
import { ok } from '../../src/domain/model/result.js';
import { aRecord, workerPorts } from '../support/cluster.js';
import * as core from './core-under-test.js';
import { Death, type Fate, immortal, mortalRuntime, mortalStore } from '../support/mortal.js';

interface Job {
  readonly work: core.WorkOwed;
  at: number;
  active: boolean;
}

/** More rounds than any life here should take. */
const MOST_ROUNDS = 20_000;
/** More writes than any life here should come to: with a fault in the source a pass may go round and round. */
const MOST_WRITES = 5_000;
/** A queue takes this long to see that a worker is gone. */
const STALLED_MS = 4_000;

/** Workers, their queue and the rescuer on a clock of their own: jobs as BullMQ would deliver them. */
export class Cluster {
  readonly clock = new VirtualClock();
  readonly core = aRecord(this.clock);
  /** Of the workers to come, in the order in which they take up jobs. */
  readonly fates: Fate[] = [];
  /** What a worker is given for a deployment. */
  runtime: (deployment: core.Deployment, worker: string) => core.ServiceRuntime = () => {
    throw new Error('no runtime');
  };
  /** What could never be: an error that no worker should see. */
  readonly broke: string[] = [];
  deaths = 0;
  /** Everything was done that could be, and these have not ended. */
  leftBehind: readonly core.Deployment[] = [];
  readonly #jobs = new Map<string, Job>();
  readonly #plans: { readonly at: number; readonly does: () => Promise<void> }[] = [];
  #running = 0;
  #doing = 0;
  #wake = new AbortController();
  #workers = 0;
  #writes = 0;
  readonly #written: (transition: Transition, worker: string) => void;

  /** @param written is told of every durable event, and of the run of which worker it is */
  constructor(written: (transition: Transition, worker: string) => void) {
    this.#written = written;
  }

  /** Does something at a time, while everything else goes on. */
  at(time: number, does: () => Promise<void>): void {
    this.#plans.push({ at: time, does });
  }

  order(id: core.DeploymentId, said: core.PlanCommand): Promise<string | null> {
    return core.order(this.#ports(immortal()), id, said);
  }

  publish(work: core.WorkOwed): void {
    const name = `${work.deploymentId}.${work.kind}.${work.run}`;
    if (!this.#jobs.has(name)) this.#jobs.set(name, { work, at: this.clock.now(), active: false });
    this.#wake.abort('woken');
  }

  get open(): readonly core.Deployment[] {
    return core
      .rowsOf(this.core)
      .map(({ deployment }) => deployment)
      .filter((deployment) => !core.hasEnded(deployment));
  }

  /**
   * Until nothing is left to be done, or until a time (epoch milliseconds).
   *
   * @param nudge does what a person would where nothing goes on by itself; false where there is nothing to do
   */
  async run(
    nudge: (open: readonly core.Deployment[]) => Promise<boolean>,
    until = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (this.clock.now() >= until) return;
      if (this.#writes > MOST_WRITES) return this.#giveUp(`no end after ${MOST_WRITES} writes`);
      this.#takeUp();
      this.#carryOut();
      if (this.#isQuiet) {
        await this.#rescue();
        if (this.#plans.length === 0 && (await nudge(this.open))) continue;
      }
      const next = this.#next();
      if (next === null && this.#isQuiet) {
        this.leftBehind = this.open;
        return;
      }
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      const now = this.clock.now();
      const ms = next === null ? 3_600_000 : Math.max(1, next - now);
      await this.clock.sleep(Math.min(ms, until - now), this.#wake.signal);
    }
    this.#giveUp(`no end after ${MOST_ROUNDS} rounds`);
  }

  #giveUp(why: string): void {
    this.leftBehind = this.open;
    this.broke.push(why);
  }

  get #isQuiet(): boolean {
    return this.#running === 0 && this.#doing === 0;
  }

  #next(): number | null {
    const jobs = [...this.#jobs.values()].filter(({ active }) => !active).map(({ at }) => at);
    // The rescuer looks while nobody is at work.
    const rows = this.#running > 0 ? [] : core.rowsOf(this.core);
    const due = rows.flatMap((row) => row.due ?? []);
    const all = [...jobs, ...due, ...this.#plans.map(({ at }) => at)];
    return all.length === 0 ? null : Math.min(...all);
  }

  #takeUp(): void {
    for (const [name, job] of this.#jobs) {
      if (job.active || job.at > this.clock.now()) continue;
      job.active = true;
      this.#running += 1;
      void this.#perform(name, job).finally(() => {
        this.#running -= 1;
        this.#wake.abort('woken');
      });
    }
  }

  #carryOut(): void {
    for (const plan of this.#plans.filter(({ at }) => at <= this.clock.now())) {
      this.#plans.splice(this.#plans.indexOf(plan), 1);
      this.#doing += 1;
      void plan
        .does()
        .catch((error: unknown) => void this.broke.push(`an order broke: ${String(error)}`))
        .finally(() => {
          this.#doing -= 1;
          this.#wake.abort('woken');
        });
    }
  }

  async #perform(name: string, job: Job): Promise<void> {
    try {
      const next = await core.perform(this.#ports(this.fates.shift() ?? immortal()), job.work);
      if (next === null) this.#jobs.delete(name);
      else job.at = next;
    } catch (error) {
      const dead = error instanceof Death;
      if (dead) this.deaths += 1;
      else if (!core.isSuperseded(error)) this.broke.push(`a pass broke: ${String(error)}`);
      job.at = this.clock.now() + (dead ? STALLED_MS : 1_000);
    }
    job.active = false;
  }

  async #rescue(): Promise<void> {
    await core.rescue(this.#ports(immortal()), async ({ kind, deploymentId, run }) => {
      const job = this.#jobs.get(`${deploymentId}.${kind}.${run}`);
      return job === undefined ? 'gone' : job.active ? 'active' : 'pending';
    });
  }

  #ports(fate: Fate): core.OrchestratorPorts {
    this.#workers += 1;
    const worker = `w${this.#workers}`;
    const store = core.watched(this.core.store, (written) => {
      this.#writes += 1;
      this.#written(written, worker);
      if (this.#writes > MOST_WRITES) throw new Death('too many writes');
    });
    return workerPorts({
      store: mortalStore(store, fate),
      index: this.core.index,
      clock: this.clock,
      runtimeOf: (deployment) => ok(mortalRuntime(this.runtime(deployment, worker), fate)),
      publish: async (work) => {
        if (fate.calls >= fate.at) throw new Death('publish');
        this.publish(work);
      },
      worker,
      // Those of a version that does not do it are at work as well.
      judgesAtOnce: this.#workers % 2 === 0,
    });
  }
}
