import { setTimeout as pause } from 'node:timers/promises';
import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import type { RedisClient } from '../../src/adapters/redis/connection/connection.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { workJobId } from '../../src/contracts/jobs/work-job.js';
import { HealthChecker } from '../../src/domain/health/health-checker.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { command } from '../../src/domain/orchestrator/journal/command.js';
import { DeploymentOrchestrator } from '../../src/domain/manager/deployment-orchestrator.js';
import type { OrchestratorPorts } from '../../src/domain/orchestrator/orchestrator-ports.js';
import type { WorkOwed } from '../../src/domain/model/deployment/work-owed.js';
import type { PlanCommand } from '../../src/domain/plan/machine/plan-command.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { rescueRound } from '../../src/workers/coordinating/rescuer.js';
import { aProbe, saw } from '../support/fake-services.js';
import { ledgerDriver, type LedgerTargets } from './ledger-driver.js';

const LEASE_MS = 400;
const LANES = 3;

/** One store call or driver call of a worker: the place at which a test freezes it. */
type Freeze = (what: string) => boolean;

interface Job {
  readonly work: WorkOwed;
  readonly readyAt: number;
}

/** Jobs in memory, in an order that a seed decides; the same work waits once. */
class Jobs {
  readonly #waiting = new Map<string, Job>();
  readonly #active = new Set<string>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  add(work: WorkOwed, readyAt = 0): void {
    this.#waiting.set(workJobId(work), { work, readyAt });
  }

  take(): WorkOwed | undefined {
    const ready = [...this.#waiting.values()].filter(({ readyAt }) => readyAt <= Date.now());
    const job = ready[Math.floor(this.#random() * ready.length)];
    if (job === undefined) return undefined;
    const name = workJobId(job.work);
    this.#waiting.delete(name);
    this.#active.add(name);
    return job.work;
  }

  done(work: WorkOwed): void {
    this.#active.delete(workJobId(work));
  }

  stateOf(work: WorkOwed): 'pending' | 'active' | 'gone' {
    const name = workJobId(work);
    if (this.#waiting.has(name)) return 'pending';
    return this.#active.has(name) ? 'active' : 'gone';
  }
}

export interface SmallWorldOptions {
  readonly redis: RedisClient;
  readonly namespace: string;
  readonly targets: LedgerTargets;
  readonly random: () => number;
  readonly wrapStore: (store: DeploymentStore) => DeploymentStore;
}

/** Two workers and a rescuer over the real store: orchestrators without BullMQ, quick to start and to freeze. */
export class SmallWorld {
  readonly store: DeploymentStore;
  readonly index: RedisDeploymentIndex;
  readonly #options: SmallWorldOptions;
  readonly #jobs: Jobs;
  readonly #running: Promise<void>[] = [];
  readonly #stop = new AbortController();
  readonly #workers: readonly Worker[];
  #patience = 6_000;

  constructor(options: SmallWorldOptions) {
    const { redis, namespace, random, wrapStore } = options;
    this.#options = options;
    this.#jobs = new Jobs(random);
    this.store = wrapStore(new RedisDeploymentStore(redis, namespace));
    this.index = new RedisDeploymentIndex(redis, this.store, namespace);
    this.#workers = ['one', 'two'].map((name) => new Worker(name));
  }

  start(): void {
    for (const worker of this.#workers) {
      for (let lane = 0; lane < LANES; lane++) this.#running.push(this.#work(worker));
    }
    this.#running.push(this.#rescue());
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.thaw();
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Freezes whichever worker comes to this place first. */
  freezeAt(place: string): { readonly worker: () => Worker | null } {
    let caught: Worker | null = null;
    for (const worker of this.#workers) {
      worker.trap = (what) => {
        if (what !== place) return false;
        for (const each of this.#workers) each.trap = null;
        caught = worker;
        return true;
      };
    }
    return { worker: () => caught };
  }

  publish(work: WorkOwed): void {
    this.#jobs.add(work);
  }

  /** @param handOver false where the job that follows is lost */
  async give(id: DeploymentId, order: PlanCommand, handOver = true): Promise<void> {
    const deployment = await this.store.load(id);
    const publish = async (work: WorkOwed): Promise<void> => this.publish(work);
    const ports = { store: this.store, clock: systemClock, publish };
    if (deployment) await command(ports, deployment, order, handOver);
  }

  /** Waits until all have ended. */
  async ended(...ids: readonly DeploymentId[]): Promise<void> {
    await this.until(async () => {
      const all = await Promise.all(ids.map((id) => this.store.load(id)));
      return all.every((each) => each !== undefined && isTerminal(each.state.status));
    });
  }

  /** Waits for a while only, and then for nothing more: a broken store may let it never come true. */
  async until(condition: () => Promise<boolean> | boolean): Promise<void> {
    const end = Date.now() + this.#patience;
    while (!(await condition())) {
      if (Date.now() > end) {
        this.#patience = 100;
        return;
      }
      await pause(5);
    }
  }

  #portsOf(worker: Worker): OrchestratorPorts {
    const { targets } = this.#options;
    const driver = ledgerDriver(targets, (what) => worker.pass(what));
    const probe = aProbe(async ({ version }) => saw(version === 'slow' ? 'unknown' : 'healthy'));
    const checker = new HealthChecker(systemClock, [probe]);
    return {
      store: worker.gated(this.store),
      index: this.index,
      clock: systemClock,
      calendar: rruleCalendar,
      log: SILENT,
      runtimeOf: () => ({ ok: true, value: { driver, checker } }),
      publish: async (work) => {
        await worker.pass('publish');
        this.#jobs.add(work);
      },
      worker: worker.name,
      leaseMs: LEASE_MS,
    };
  }

  async #work(worker: Worker): Promise<void> {
    const orchestrator = new DeploymentOrchestrator(this.#portsOf(worker));
    while (!this.#stop.signal.aborted) {
      const work = this.#jobs.take();
      if (work === undefined) await pause(3);
      else await this.#carryOut(orchestrator, work);
    }
  }

  async #carryOut(orchestrator: DeploymentOrchestrator, work: WorkOwed): Promise<void> {
    const ending = await orchestrator
      .advance(work.kind, work.deploymentId)
      // Superseded, or the store is out of order: the rescuer sees to the rest.
      .catch(() => ({ kind: 'settled' as const }));
    this.#jobs.done(work);
    if (ending.kind === 'wait_until') this.#jobs.add(work, ending.until);
    if (ending.kind === 'busy') this.#jobs.add(work, Date.now() + Math.min(ending.ms, 20));
  }

  async #rescue(): Promise<void> {
    const ports = this.#portsOf(new Worker('rescuer'));
    const jobState = async (work: WorkOwed) => this.#jobs.stateOf(work);
    while (!this.#stop.signal.aborted) {
      await rescueRound({ ...ports, jobState }, this.#stop.signal).catch(() => {});
      await pause(30);
    }
  }
}

/** A worker that can be frozen, as SIGSTOP does it: between any two of its calls. */
export class Worker {
  readonly name: string;
  trap: Freeze | null = null;
  #frozen: Promise<void> | null = null;
  #thaw: () => void = () => {};

  constructor(name: string) {
    this.name = name;
  }

  thaw(): void {
    this.trap = null;
    this.#frozen = null;
    this.#thaw();
  }

  async pass(what: string): Promise<void> {
    if (this.trap?.(what)) {
      this.#frozen = new Promise((resolve) => (this.#thaw = resolve));
    }
    const frozen = this.#frozen;
    if (frozen === null) return;
    await frozen;
    // The renewal of its lease wakes last: the rest still believes in it.
    if (what === 'store renew') await pause(250);
  }

  gated(store: DeploymentStore): DeploymentStore {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await this.pass(`store ${String(name)}`);
          const answer: unknown = await Reflect.apply(value, target, args);
          await this.pass(`stored ${String(name)}`);
          return answer;
        };
      },
    });
  }
}
