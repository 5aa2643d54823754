import { MemoryDeploymentIndex } from '../../src/adapters/memory/memory-index.js';
import { emptyState, type MemoryState } from '../../src/adapters/memory/memory-state.js';
import { serviceRow } from '../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../src/adapters/memory/memory-store.js';
import { type DeploymentId, type ServiceRef, serviceKey } from '../../src/domain/model/ids.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { VirtualClock } from '../support/virtual-clock.js';
import type { Remembered, RememberedDeployment, RememberedService } from './remembered.js';
import type { Subject } from './subject.js';

/** The store in memory. It has no resent writes to know again, and looks after some things at other times. */
export class MemorySubject implements Subject {
  readonly exact = false;
  readonly #state: MemoryState = emptyState();
  readonly #clock = new VirtualClock();
  readonly store = new MemoryDeploymentStore(this.#state, this.#clock);
  readonly index = new MemoryDeploymentIndex(this.#state);

  async now(): Promise<number> {
    return this.#clock.now();
  }

  async remembered(ids: readonly DeploymentId[], refs: readonly ServiceRef[]): Promise<Remembered> {
    const { deployments, active, limits, ended } = this.#state;
    const entries = ids.map((id) => [id, this.#deployment(id)] as const);
    const open = ids.filter((id) => {
      const row = deployments.get(id);
      return row !== undefined && !isTerminal(row.deployment.state.status);
    });
    return {
      now: this.#clock.now(),
      deployments: new Map(entries),
      services: new Map(refs.map((ref) => [serviceKey(ref), this.#service(ref)] as const)),
      active: Object.fromEntries(active),
      counters: await this.index.counters(),
      open: open.toSorted(),
      ended,
      limits: Object.fromEntries(
        [...limits].flatMap(([key, held]) => (held.size > 0 ? [[key, [...held].toSorted()]] : [])),
      ),
      stream: null,
    };
  }

  async expireLease(id: DeploymentId): Promise<void> {
    const row = this.#state.deployments.get(id);
    if (row === undefined || row.leaseUntil === 0) return;
    row.leaseUntil = 1;
    if (row.due !== null) row.due = 1;
  }

  async expireLeader(): Promise<void> {
    this.#state.leader = null;
  }

  sendTwice(): void {}

  lastSent(): null {
    return null;
  }

  #deployment(id: DeploymentId): RememberedDeployment {
    const row = this.#state.deployments.get(id);
    if (row === undefined) throw new Error(`no ${id}`);
    const { deployment, events, fence, leaseUntil, due } = row;
    return { deployment, events, fence, leaseUntil: leaseUntil || null, due };
  }

  #service(ref: ServiceRef): RememberedService {
    const row = serviceRow(this.#state, ref);
    return { ...row, targets: Object.fromEntries(row.targets) };
  }
}
