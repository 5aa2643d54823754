import { MemoryDeploymentIndex } from '../../../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../../../src/adapters/memory/memory-store.js';
import type { DeploymentId } from '../../../../src/domain/ids.js';
import { DeploymentOrchestrator } from '../../../../src/domain/orchestrator/deployment-orchestrator.js';
import type { Ending } from '../../../../src/domain/orchestrator/ending.js';
import { Superseded } from '../../../../src/domain/orchestrator/journal.js';
import type { newDeployment } from '../../../../src/domain/orchestrator/new-deployment.js';
import type {
  OrchestratorPorts,
  ServiceRuntime,
} from '../../../../src/domain/orchestrator/orchestrator-ports.js';
import type { WorkOwed } from '../../../../src/domain/orchestrator/work-owed.js';
import type { Deployment } from '../../../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../../../src/domain/plan/plan-command.js';
import { isTerminal, type PlanState } from '../../../../src/domain/plan/plan-state.js';
import { SILENT } from '../../../../src/domain/ports/log.js';
import { ok } from '../../../../src/domain/result.js';
import { rescueRound } from '../../../../src/workers/rescuer.js';
import { VirtualClock } from '../../../support/virtual-clock.js';
import { LEASE, NO_WINDOWS } from '../world.js';
import { Death, type Fate, immortal, mortalRuntime, mortalStore } from './mortal.js';

interface Job {
  readonly work: WorkOwed;
  at: number;
  active: boolean;
}

/** More rounds than any life here should take. */
const MOST_ROUNDS = 20_000;
/** A queue takes this long to see that a worker is gone. */
const STALLED_MS = 10_000;

/** Workers, their queue and the rescuer on a clock of their own: jobs as BullMQ would deliver them. */
export class Cluster {
  readonly clock = new VirtualClock();
  readonly state = emptyState();
  readonly store = new MemoryDeploymentStore(this.state, this.clock);
  readonly index = new MemoryDeploymentIndex(this.state);
  /** Of the workers to come, in the order in which they take up jobs. */
  readonly fates: Fate[] = [];
  runtime: () => ServiceRuntime = () => {
    throw new Error('no runtime');
  };
  /** What could never be: an error that no worker should see. */
  readonly violations: string[] = [];
  deaths = 0;
  readonly #jobs = new Map<string, Job>();
  readonly #orders: { readonly at: number; readonly give: () => Promise<void> }[] = [];
  #running = 0;
  #ordering = 0;
  #wake = new AbortController();
  #workers = 0;

  /** Does something at a time, while everything else goes on. */
  at(time: number, give: () => Promise<void>): void {
    this.#orders.push({ at: time, give });
  }

  async command(id: DeploymentId, order: PlanCommand, actor = 'ann'): Promise<string | null> {
    const orchestrator = new DeploymentOrchestrator(this.#ports(immortal()));
    return (await orchestrator.command(id, order, actor))?.refusal?.message ?? null;
  }

  publish(work: WorkOwed): void {
    const name = `${work.deploymentId}.${work.kind}.${work.run}`;
    if (!this.#jobs.has(name)) this.#jobs.set(name, { work, at: this.clock.now(), active: false });
    this.#wake.abort();
  }

  async planned({ deployment, events }: ReturnType<typeof newDeployment>): Promise<void> {
    await this.store.create(deployment, events);
    const { id, state, run } = deployment;
    if (state.status === 'approved') this.publish({ kind: 'execute', deploymentId: id, run });
  }

  stateOf(id: DeploymentId): PlanState {
    const row = this.state.deployments.get(id);
    if (row === undefined) throw new Error(`no ${id}`);
    return row.deployment.state;
  }

  get open(): readonly Deployment[] {
    return [...this.state.deployments.values()]
      .map(({ deployment }) => deployment)
      .filter(({ state }) => !isTerminal(state.status));
  }

  /**
   * Until nothing is left to be done.
   *
   * @param nudge does what a person would where nothing goes on by itself; false where there is nothing to do
   */
  async run(nudge: (open: readonly Deployment[]) => Promise<boolean>): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.#takeUp();
      this.#giveOrders();
      if (this.#running === 0 && this.#ordering === 0) {
        await this.#rescue();
        if (this.#orders.length === 0 && (await nudge(this.open))) continue;
      }
      const next = this.#next();
      if (next === null && this.#running === 0 && this.#ordering === 0) {
        if (this.open.length === 0) return;
        this.violations.push(`left behind: ${this.open.map(told).join(', ')}`);
        return;
      }
      this.#wake = new AbortController();
      const ms = next === null ? 3_600_000 : Math.max(1, next - this.clock.now());
      await this.clock.sleep(ms, this.#wake.signal);
    }
    this.violations.push(`no end: ${this.open.map(told).join(', ')}`);
  }

  #next(): number | null {
    const jobs = [...this.#jobs.values()].filter(({ active }) => !active).map(({ at }) => at);
    // The rescuer looks while nobody is at work.
    const rows = this.#running > 0 ? [] : [...this.state.deployments.values()];
    const due = rows.flatMap((row) => row.due ?? []);
    const all = [...jobs, ...due, ...this.#orders.map(({ at }) => at)];
    return all.length === 0 ? null : Math.min(...all);
  }

  #takeUp(): void {
    for (const [name, job] of this.#jobs) {
      if (job.active || job.at > this.clock.now()) continue;
      job.active = true;
      this.#running += 1;
      void this.#perform(name, job).finally(() => {
        this.#running -= 1;
        this.#wake.abort();
      });
    }
  }

  #giveOrders(): void {
    for (const order of this.#orders.filter(({ at }) => at <= this.clock.now())) {
      this.#orders.splice(this.#orders.indexOf(order), 1);
      this.#ordering += 1;
      void order
        .give()
        .catch((error: unknown) => void this.violations.push(`an order broke: ${String(error)}`))
        .finally(() => {
          this.#ordering -= 1;
          this.#wake.abort();
        });
    }
  }

  async #perform(name: string, job: Job): Promise<void> {
    const { kind, deploymentId } = job.work;
    const orchestrator = new DeploymentOrchestrator(this.#ports(this.fates.shift() ?? immortal()));
    try {
      const next = await this.#following(await orchestrator.advance(kind, deploymentId));
      if (next === null) this.#jobs.delete(name);
      else job.at = next;
    } catch (error) {
      const dead = error instanceof Death;
      if (dead) this.deaths += 1;
      else if (!(error instanceof Superseded))
        this.violations.push(`a leg broke: ${String(error)}`);
      job.at = this.clock.now() + (dead ? STALLED_MS : 1_000);
    }
    job.active = false;
  }

  /** When the job comes again; `null` where it has ended. */
  async #following(ending: Ending): Promise<number | null> {
    const now = this.clock.now();
    switch (ending.kind) {
      case 'rest':
        return ending.until;
      case 'busy':
        return now + Math.min(ending.ms, 1_000);
      case 'handed_back':
        return now + 1;
      case 'settled':
      case 'in_line':
      case 'missing':
        return null;
    }
  }

  async #rescue(): Promise<void> {
    await rescueRound(
      {
        ...this.#ports(immortal()),
        jobState: async ({ kind, deploymentId, run }) => {
          const job = this.#jobs.get(`${deploymentId}.${kind}.${run}`);
          return job === undefined ? 'gone' : job.active ? 'active' : 'pending';
        },
      },
      new AbortController().signal,
    );
  }

  #ports(fate: Fate): OrchestratorPorts {
    this.#workers += 1;
    return {
      store: mortalStore(this.store, fate),
      index: this.index,
      clock: this.clock,
      calendar: NO_WINDOWS,
      log: SILENT,
      runtimeOf: () => ok(mortalRuntime(this.runtime(), fate)),
      publish: async (work) => {
        if (fate.calls >= fate.at) throw new Death('publish');
        this.publish(work);
      },
      worker: `w${this.#workers}`,
      leaseMs: LEASE,
    };
  }
}

const told = ({ id, state }: Deployment): string => `${id} ${JSON.stringify(state)}`;
