import type { DeploymentId, ServiceRef } from '../../domain/model/ids.js';
import { type WorkOwed, workOwed } from '../../domain/model/deployment/work-owed.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import type { Clock } from '../../domain/ports/clock.js';
import type * as port from '../../domain/ports/deployment-store.js';
import type { ServiceRecord } from '../../domain/model/service-status.js';
import { err, ok } from '../../domain/model/result.js';
import { countAgainstLimits, reachedLimit, takenElsewhere } from './memory-claims.js';
import {
  isCurrent,
  type MemoryState,
  recordOf,
  type Row,
  type ServiceRow,
  serviceRow,
  writeService,
} from './memory-state.js';
import * as work from '../../domain/orchestrator/claim/work-plan.js';

const SOON_MS = 3_000;
const LATE_MS = 5_000;
const LINE_MS = 60_000;

/** The store's whole contract in one process's memory: for tests, and for library use that need not last. */
export class MemoryDeploymentStore implements port.DeploymentStore {
  readonly #state: MemoryState;
  readonly #clock: Clock;

  constructor(state: MemoryState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  async create(
    deployment: Deployment,
    events: readonly RecordedEvent[],
  ): Promise<port.CreateAnswer> {
    const known = this.#state.deployments.get(deployment.id);
    if (known) {
      return known.deployment.digest === deployment.digest
        ? ok({ deployment: known.deployment, created: false })
        : err({ code: 'store/conflict', existing: known.deployment });
    }
    const row: Row = { deployment, events: [...events], fence: 0, leaseUntil: 0, due: null };
    this.#state.deployments.set(deployment.id, row);
    if (isTerminal(deployment.state.status)) this.#state.ended = deployment.id;
    if (workOwed(deployment)) {
      const its = serviceRow(this.#state, deployment);
      if (work.firstPlace(deployment) === 'front') its.line.unshift(deployment.id);
      else its.line.push(deployment.id);
      row.due = this.#clock.now() + SOON_MS;
    } else {
      const due = work.dueAt(deployment);
      row.due = due === null ? null : due + LATE_MS;
    }
    return ok({ deployment, created: true });
  }

  async load(id: DeploymentId): Promise<Deployment | undefined> {
    return this.#state.deployments.get(id)?.deployment;
  }

  async service(ref: ServiceRef): Promise<ServiceRecord> {
    return recordOf(this.#state, ref);
  }

  async claim(id: DeploymentId, { kind, leaseMs }: port.ClaimRequest): Promise<port.Claim> {
    const row = this.#state.deployments.get(id);
    if (row === undefined) return { kind: 'missing' };
    const { deployment } = row;
    if (workOwed(deployment)?.kind !== kind) return { kind: 'not_owed', deployment };
    const now = this.#clock.now();
    if (row.leaseUntil > now) return { kind: 'leased', deployment, ms: row.leaseUntil - now };
    const its = serviceRow(this.#state, deployment);
    const notices = this.#noticesFor(row, its);
    const holder = its.holder ?? its.line[0] ?? id;
    if (holder !== id) {
      if (!its.line.includes(id)) its.line.push(id);
      row.due = now + LINE_MS;
      return { kind: 'waiting', deployment, holder, notices };
    }
    const busy = this.#leaseBefore(its, now);
    if (busy > now) return { kind: 'leased', deployment, ms: busy - now };
    const limit = reachedLimit(this.#state, row);
    const taken = takenElsewhere(this.#state, row, now);
    if (limit !== undefined || taken !== null) row.due = now + LINE_MS;
    if (limit !== undefined) return { kind: 'limited', deployment, limit };
    if (taken !== null) return { kind: 'taken', deployment, taken };
    countAgainstLimits(this.#state, row);
    its.line = its.line.filter((waiting) => waiting !== id);
    its.holder = id;
    its.claimant = id;
    its.inHand = id;
    its.fence += 1;
    row.fence = its.fence;
    row.leaseUntil = now + leaseMs;
    row.due = row.leaseUntil;
    const service = recordOf(this.#state, deployment);
    return { kind: 'claimed', deployment, fence: row.fence, service, notices };
  }

  async append(transition: port.Transition): Promise<port.AppendAnswer> {
    const { before, after, events, service, fence, release } = transition;
    const row = this.#state.deployments.get(before.id);
    if (row === undefined) return err({ code: 'store/missing' });
    if (fence !== null && fence !== row.fence) return err({ code: 'store/fenced' });
    const stale = row.deployment.revision !== before.revision;
    // Also where it came too late: the next try finds nobody writing.
    if (work.fencesOff(transition) && !isTerminal(row.deployment.state.status)) {
      row.fence = ++serviceRow(this.#state, row.deployment).fence;
    }
    if (stale || !isCurrent(this.#state, after, service)) return err({ code: 'store/stale' });
    const run = row.deployment.run + (work.isNewWork(transition) ? 1 : 0);
    row.deployment = { ...after, run };
    row.events.push(...events);
    const revision = writeService(this.#state, row.deployment, service);
    const terminal = isTerminal(after.state.status);
    // A draft again: it asks for its approvals anew, and must not keep others waiting meanwhile.
    const leaves = terminal || (after.state.status === 'draft' && before.state.status !== 'draft');
    // Ended from outside: until its worker has let go, nobody else may begin.
    if (release || (leaves && fence !== null)) row.leaseUntil = 0;
    if (terminal && !isTerminal(before.state.status)) this.#state.ended = row.deployment.id;
    const handedTo = leaves ? this.#leave(row) : this.#join(row, work.placeInLine(before, after));
    row.due = this.#dueOf(row);
    return ok({ run, handedTo, service: { revision } });
  }

  async renew(id: DeploymentId, fence: number, leaseMs: number): Promise<port.Renewal> {
    const row = this.#state.deployments.get(id);
    if (row?.fence !== fence || row.leaseUntil === 0) return { held: false };
    // Paused, what was begun comes to its end under the lease.
    const paused = row.deployment.state.status === 'paused';
    if (workOwed(row.deployment) === null && !paused) return { held: false };
    row.leaseUntil = this.#clock.now() + leaseMs;
    row.due = row.leaseUntil;
    return { held: true, revision: row.deployment.revision };
  }

  async release(
    id: DeploymentId,
    fence: number,
    due: number | null,
    leave = false,
  ): Promise<WorkOwed | null> {
    const row = this.#state.deployments.get(id);
    if (row?.fence !== fence) return null;
    row.leaseUntil = 0;
    if (workOwed(row.deployment))
      row.due = due === null ? this.#clock.now() + SOON_MS : due + LATE_MS;
    return leave ? this.#leave(row) : null;
  }

  async overdue(limit: number): Promise<readonly DeploymentId[]> {
    const now = this.#clock.now();
    return [...this.#state.deployments.values()]
      .filter(({ due }) => due !== null && due <= now)
      .toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0))
      .slice(0, limit)
      .map(({ deployment }) => deployment.id);
  }

  async postpone(id: DeploymentId, ms: number): Promise<void> {
    const row = this.#state.deployments.get(id);
    if (row && row.due !== null) row.due = this.#clock.now() + ms;
  }

  async renewWork(id: DeploymentId): Promise<WorkOwed | null> {
    const row = this.#state.deployments.get(id);
    if (row === undefined) return null;
    const now = this.#clock.now();
    const { holder } = serviceRow(this.#state, row.deployment);
    if (workOwed(row.deployment) === null) row.due = null;
    else if (row.leaseUntil > now) row.due = row.leaseUntil;
    else if (holder !== null && holder !== id) row.due = now + LINE_MS;
    else {
      row.due = now + SOON_MS;
      row.deployment = { ...row.deployment, run: row.deployment.run + 1 };
      return workOwed(row.deployment);
    }
    return null;
  }

  async lead(worker: string, leaseMs: number): Promise<boolean> {
    const now = this.#clock.now();
    const { leader } = this.#state;
    if (leader && leader.worker !== worker && leader.until > now) return false;
    this.#state.leader = { worker, until: now + leaseMs };
    return true;
  }

  /** The slot, the line and the limits are others' now; who was first in line for a free slot kept them waiting too. */
  #leave({ deployment }: Row): WorkOwed | null {
    const { id } = deployment;
    for (const { key } of deployment.plan.limits) this.#state.limits.get(key)?.delete(id);
    const its = serviceRow(this.#state, deployment);
    const had = its.holder ?? its.line[0];
    if (its.inHand === id) its.inHand = null;
    its.line = its.line.filter((waiting) => waiting !== id);
    if (had !== id) return null;
    its.holder = its.line.shift() ?? null;
    const next = its.holder === null ? undefined : this.#state.deployments.get(its.holder);
    if (next === undefined) return null;
    next.deployment = { ...next.deployment, run: next.deployment.run + 1 };
    next.due = this.#clock.now() + SOON_MS;
    return workOwed(next.deployment);
  }

  /** Asked of those only that have not begun. */
  #noticesFor({ deployment }: Row, { automationHold }: ServiceRow): port.Notices {
    if (deployment.state.status !== 'approved') return { freezes: [], automationHold: null };
    return { freezes: [...this.#state.freezes.values()], automationHold };
  }

  /** Until when the worker of whoever was here before may still be at it. */
  #leaseBefore({ claimant }: ServiceRow, now: number): number {
    const before = claimant === null ? undefined : this.#state.deployments.get(claimant);
    return before?.leaseUntil ?? now;
  }

  #join({ deployment }: Row, place: 'back' | 'front' | ''): null {
    const its = serviceRow(this.#state, deployment);
    if (its.holder === deployment.id || its.line.includes(deployment.id)) return null;
    if (place === 'back') its.line.push(deployment.id);
    if (place === 'front') its.line.unshift(deployment.id);
    return null;
  }

  #dueOf({ deployment, leaseUntil }: Row): number | null {
    const due = work.dueAt(deployment);
    if (workOwed(deployment) === null) return due === null ? null : due + LATE_MS;
    const now = this.#clock.now();
    if (leaseUntil > now) return leaseUntil;
    return due === null ? now + SOON_MS : due + LATE_MS;
  }
}
