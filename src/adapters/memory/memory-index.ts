import { type DeploymentId, type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import { isTerminal, PLAN_STATUSES } from '../../domain/model/deployment/plan-state.js';
import type { ActiveDeployment, VersionRecord } from '../../domain/model/active-deployment.js';
import type { TargetStatuses } from '../../domain/model/target-status.js';
import {
  type Counters,
  type DeploymentIndex,
  type HistoryPage,
  type HistoryQuery,
  UnknownHistoryPosition,
} from '../../domain/ports/deployment-index.js';
import type { SlotView } from '../../domain/ports/deployment-store.js';
import { type MemoryState, serviceRow } from './memory-state.js';

export class MemoryDeploymentIndex implements DeploymentIndex {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  async counters(): Promise<Counters> {
    const counts = new Map<string, number>(PLAN_STATUSES.map((status) => [status, 0]));
    for (const { deployment } of this.#state.deployments.values()) {
      const { status } = deployment.state;
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for every status
    return Object.fromEntries(counts) as Counters;
  }

  async active(ref: ServiceRef): Promise<ActiveDeployment | null> {
    return this.#state.active.get(serviceKey(ref)) ?? null;
  }

  async activeDeployments(): Promise<readonly ActiveDeployment[]> {
    const keys = [...this.#state.active.keys()].toSorted();
    return keys.flatMap((key) => this.#state.active.get(key) ?? []);
  }

  async versions(ref: ServiceRef): Promise<VersionRecord> {
    const { stable, takenBack } = serviceRow(this.#state, ref);
    return { stable, takenBack, active: await this.active(ref) };
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    const { ref, limit, after } = query;
    const all = this.#newestFirst().filter(
      (deployment) => ref === undefined || serviceKey(deployment) === serviceKey(ref),
    );
    const at = after === undefined ? -1 : all.findIndex(({ id }) => id === after);
    if (after !== undefined && at < 0) {
      const [newest] = all;
      const ends = newest && { newest: newest.id, oldest: (all.at(-1) ?? newest).id };
      throw new UnknownHistoryPosition({ ...query, after }, ends ?? null);
    }
    const items = all.slice(at + 1, at + 1 + limit);
    return { items, next: all.length > at + 1 + limit ? (items.at(-1)?.id ?? null) : null };
  }

  async slot({ environment, service }: ServiceRef): Promise<SlotView> {
    const { holder, line } = serviceRow(this.#state, { environment, service });
    return { environment, service, holder, waiting: [...line] };
  }

  async targetStatuses(ref: ServiceRef): Promise<TargetStatuses> {
    return new Map(serviceRow(this.#state, ref).targets);
  }

  async events(id: DeploymentId): Promise<readonly RecordedEvent[]> {
    return [...(this.#state.deployments.get(id)?.events ?? [])];
  }

  async lastEnded(): Promise<Deployment | null> {
    const { ended, deployments } = this.#state;
    return ended === null ? null : (deployments.get(ended)?.deployment ?? null);
  }

  async newestOpen(): Promise<Deployment | null> {
    return this.#newestFirst().find(({ state }) => !isTerminal(state.status)) ?? null;
  }

  /** As Redis' sorted sets have it: by creation, equals by id. */
  #newestFirst(): readonly Deployment[] {
    return [...this.#state.deployments.values()]
      .map(({ deployment }) => deployment)
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }
}
