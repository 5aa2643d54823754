import {
  type DeploymentId,
  environmentName,
  serviceKey,
  serviceName,
  type ServiceRef,
} from '../../domain/model/ids.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import type {
  AuditFrame,
  AuditSource,
  EventPlace,
  IndexEntry,
  LimitCount,
  ServiceSnapshot,
  Snapshot,
} from '../../domain/ports/audit-source.js';
import type { DeploymentEvent } from '../../domain/ports/event-log.js';
import { type MemoryState, type Row, serviceRow } from './memory-state.js';

const PAGE = 100;

/**
 * Reads the store in memory. Its indexes are computed when they are asked for,
 * so that what is left to find are faults of the machine and of the order of
 * things. It keeps no stream of its own: one may be given. Without one, nothing
 * may be written while it is read.
 */
export class MemoryAuditSource implements AuditSource {
  readonly #state: MemoryState;
  readonly #stream: readonly DeploymentEvent[];

  constructor(state: MemoryState, stream: readonly DeploymentEvent[] = []) {
    this.#state = state;
    this.#stream = stream;
  }

  async frame(): Promise<AuditFrame> {
    const counters: Record<string, number> = {};
    for (const { deployment } of this.#state.deployments.values()) {
      const { status } = deployment.state;
      counters[status] = (counters[status] ?? 0) + 1;
    }
    const [first] = this.#stream;
    const oldest = first ? numberOf(first) : null;
    return { sequence: this.#newest(), oldest, counters, trimmed: {} };
  }

  async *stream(after: number, until: number | null): AsyncGenerator<readonly DeploymentEvent[]> {
    const end = until ?? Number.POSITIVE_INFINITY;
    yield* paged(this.#stream.filter((each) => numberOf(each) > after && numberOf(each) <= end));
  }

  async recorded(places: readonly EventPlace[]): Promise<readonly (RecordedEvent | null)[]> {
    const { deployments } = this.#state;
    return places.map(
      ({ deploymentId, sequence }) => deployments.get(deploymentId)?.events[sequence - 1] ?? null,
    );
  }

  async *history(): AsyncGenerator<readonly DeploymentId[]> {
    const all = [...this.#state.deployments.values()].map(({ deployment }) => deployment);
    yield* paged(all.toSorted((a, b) => a.createdAt - b.createdAt).map(({ id }) => id));
  }

  async *unlisted(): AsyncGenerator<readonly DeploymentId[]> {}

  async *snapshots(ids: readonly DeploymentId[]): AsyncGenerator<readonly Snapshot[]> {
    for await (const page of paged(ids)) yield page.map((id) => this.#snapshot(id));
  }

  async runs(ids: readonly DeploymentId[]): Promise<readonly (number | null)[]> {
    return ids.map((id) => this.#state.deployments.get(id)?.deployment.run ?? null);
  }

  async *services(): AsyncGenerator<readonly ServiceRef[]> {
    const keys = new Set([...this.#state.services.keys(), ...this.#state.active.keys()]);
    yield* paged([...keys].map(refOf));
  }

  async servicesNow(
    refs: readonly ServiceRef[],
  ): Promise<{ readonly sequence: number; readonly services: readonly ServiceSnapshot[] }> {
    const services = refs.map(({ environment, service }) => {
      const row = serviceRow(this.#state, { environment, service });
      const { fence, holder, line, stable } = row;
      const targets = new Map(row.targets);
      const active = this.#state.active.get(serviceKey({ environment, service })) ?? null;
      return { environment, service, fence, holder, line, active, stable, targets };
    });
    return { sequence: this.#newest(), services };
  }

  async *indexed(): AsyncGenerator<readonly IndexEntry[]> {
    const rows = [...this.#state.deployments.values()].filter(({ due }) => due !== null);
    yield* paged(rows.map(({ deployment }) => ({ index: 'due' as const, id: deployment.id })));
  }

  async *limits(): AsyncGenerator<readonly LimitCount[]> {
    yield* paged([...this.#state.limits].map(([key, members]) => ({ key, members: [...members] })));
  }

  async *jobs(): AsyncGenerator<readonly string[]> {}

  /** Without a stream every event counts as one that it holds no more. */
  #newest(): number {
    const last = this.#stream.at(-1);
    if (last !== undefined) return numberOf(last);
    return [...this.#state.deployments.values()].reduce((sum, row) => sum + row.events.length, 0);
  }

  #snapshot(id: DeploymentId): Snapshot {
    const row = this.#state.deployments.get(id);
    if (row === undefined) return { id, kind: 'missing', listed: false };
    return { ...storedIn(row), ...this.#places(row) };
  }

  #places({ deployment }: Row) {
    const { id, plan } = deployment;
    const { holder, line } = serviceRow(this.#state, deployment);
    return {
      holds: holder === id,
      inLine: line.includes(id),
      counted: plan.limits.map(({ key }) => key).filter((key) => this.#counts(key, id)),
    };
  }

  #counts(key: string, id: DeploymentId): boolean {
    return this.#state.limits.get(key)?.has(id) ?? false;
  }
}

function storedIn({ deployment, events, fence, due }: Row) {
  return {
    ...{ id: deployment.id, kind: 'stored' as const, deployment, fence },
    events: [...events],
    status: deployment.state.status,
    service: serviceKey(deployment),
    due: due !== null,
    open: !isTerminal(deployment.state.status),
    listed: true,
    listedByService: true,
  };
}

async function* paged<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < all.length; at += PAGE) yield all.slice(at, at + PAGE);
}

const numberOf = ({ id }: DeploymentEvent): number => Number.parseInt(id, 10);

function refOf(key: string): ServiceRef {
  const [environment = '', service = ''] = key.split('/');
  return { environment: environmentName(environment), service: serviceName(service) };
}
