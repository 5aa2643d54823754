import { type DeploymentId, type ServiceRef, serviceKey } from '../../src/domain/model/ids.js';
import { type WorkOwed, workOwed } from '../../src/domain/model/deployment/work-owed.js';
import { dueAt, isNewWork, placeInLine } from '../../src/domain/orchestrator/claim/work-plan.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import type { ActiveDeployment } from '../../src/domain/model/active-deployment.js';
import type {
  AppendAnswer,
  Claim,
  ClaimRequest,
  CreateAnswer,
  Notices,
  Renewal,
  Transition,
} from '../../src/domain/ports/deployment-store.js';
import type { ServiceRecord } from '../../src/domain/model/service-status.js';
import { err, ok } from '../../src/domain/model/result.js';
import { reachedBy, takenFrom } from './model-claims.js';
import { type ModelDeployment, type ModelService, newlyKept, unused } from './model-entries.js';
import { recordIn, restsOnOther, writeTo } from './model-service.js';
import { exactly, later, type Moment } from './moment.js';
import type { StreamEntry } from './remembered.js';

const [SOON_MS, LATE_MS, LINE_MS] = [3_000, 5_000, 60_000];

/**
 * What a store should do, as plainly as it can be said: the pure machine's
 * deployments in maps. Each call answers what the store must answer.
 */
export class StoreModel {
  /** When the call under way is carried out. */
  during: Moment = exactly(0);
  readonly deployments = new Map<DeploymentId, ModelDeployment>();
  readonly services = new Map<string, ModelService>();
  readonly limits = new Map<string, Set<DeploymentId>>();
  readonly stream: StreamEntry[] = [];
  active: Readonly<Record<string, ActiveDeployment>> = {};
  ended: DeploymentId | null = null;
  leader: string | null = null;

  service(ref: ServiceRef): ModelService {
    const key = serviceKey(ref);
    const its = this.services.get(key) ?? unused();
    this.services.set(key, its);
    return its;
  }

  record = (ref: ServiceRef): ServiceRecord => recordIn(this.service(ref), this.active, ref);

  create(deployment: Deployment, events: readonly RecordedEvent[]): CreateAnswer {
    const { id, digest, state } = deployment;
    const known = this.deployments.get(id)?.deployment;
    if (known !== undefined) {
      return known.digest === digest
        ? ok({ deployment: known, created: false })
        : err({ code: 'store/conflict', existing: known });
    }
    const blank = { ...deployment, state: { status: 'draft' } } as const;
    const entry = newlyKept(deployment, events);
    this.deployments.set(id, entry);
    this.#publish(blank, events);
    if (isTerminal(state.status)) this.ended = id;
    if (workOwed(deployment) === null) this.#lookAgain(entry);
    else {
      const its = this.service(deployment);
      its.line = deployment.rollback === null ? [...its.line, id] : [id, ...its.line];
      this.#soon(entry);
    }
    return ok({ deployment, created: true });
  }

  claim(id: DeploymentId, { kind, leaseMs }: ClaimRequest): Claim {
    const entry = this.deployments.get(id);
    if (entry === undefined) return { kind: 'missing' };
    const { deployment } = entry;
    const its = this.service(deployment);
    if (workOwed(deployment)?.kind !== kind) return { kind: 'not_owed', deployment };
    if (this.#isLeased(entry)) return { kind: 'leased', deployment, ms: 0 };
    const first = its.holder ?? its.line[0] ?? id;
    const notices = this.#notices(entry, its);
    if (first !== id) {
      its.line = its.line.includes(id) ? its.line : [...its.line, id];
      entry.due = later(this.during, LINE_MS);
      return { kind: 'waiting', deployment, holder: first, notices };
    }
    const before = its.claimant === null ? undefined : this.deployments.get(its.claimant);
    if (before !== undefined && this.#isLeased(before))
      return { kind: 'leased', deployment, ms: 0 };
    const limit = reachedBy(deployment, this.#counted);
    const taken = takenFrom(deployment, this.services, this.deployments, this.#isLeased);
    if (limit !== undefined || taken !== null) entry.due = later(this.during, LINE_MS);
    if (limit !== undefined) return { kind: 'limited', deployment, limit };
    if (taken !== null) return { kind: 'taken', deployment, taken };
    for (const { key } of deployment.plan.limits) this.#counted(key).add(id);
    its.line = its.line.filter((each) => each !== id);
    Object.assign(its, { holder: id, claimant: id, inHand: id, fence: its.fence + 1 });
    entry.fence = its.fence;
    entry.lease = later(this.during, leaseMs);
    entry.due = entry.lease;
    const service = this.record(deployment);
    return { kind: 'claimed', deployment, fence: its.fence, service, notices };
  }

  /** @param op the number of this write: the same again is the same write sent again */
  append(transition: Transition, op: number): AppendAnswer {
    const { before, after, events, service, fence, release } = transition;
    const entry = this.deployments.get(after.id);
    if (entry === undefined) return err({ code: 'store/missing' });
    if (entry.op === op) {
      const { deployment, opRevision: revision } = entry;
      return ok({ run: deployment.run, handedTo: null, service: { revision } });
    }
    if (fence !== null && fence !== entry.fence) return err({ code: 'store/fenced' });
    const its = this.service(after);
    const isStale = before.revision !== entry.deployment.revision;
    if (isStale || restsOnOther(its, service)) return err({ code: 'store/stale' });
    const run = entry.deployment.run + (isNewWork(transition) ? 1 : 0);
    this.#publish(entry.deployment, events);
    entry.events.push(...events);
    this.active = writeTo(its, this.active, after, service);
    const { revision } = its;
    Object.assign(entry, { op, opRevision: revision, deployment: { ...after, run } });

    const terminal = isTerminal(after.state.status);
    // Who was claimed and ended by another keeps the lease: its worker may still be at it.
    const underLease = fence !== null && entry.lease !== null && !terminal && !release;
    if (fence !== null && (terminal || release)) entry.lease = null;
    const place = placeInLine(before, after);
    if (place !== '' && its.holder !== after.id && !its.line.includes(after.id)) {
      its.line = place === 'front' ? [after.id, ...its.line] : [...its.line, after.id];
    }
    if (!underLease || (workOwed(after) === null && dueAt(after) === null)) this.#lookAgain(entry);
    if (terminal) this.ended = after.id;
    const handedTo = terminal ? this.#leave(after) : null;
    return ok({ run, handedTo, service: { revision } });
  }

  renew(id: DeploymentId, fence: number, leaseMs: number): Renewal {
    const entry = this.deployments.get(id);
    if (entry === undefined || entry.fence !== fence) return { held: false };
    const { deployment, lease } = entry;
    const paused = deployment.state.status === 'paused';
    if (lease === null || (workOwed(deployment) === null && !paused)) return { held: false };
    entry.lease = later(this.during, leaseMs);
    entry.due = entry.lease;
    return { held: true, revision: deployment.revision };
  }

  release(id: DeploymentId, fence: number, due: number | null, leave: boolean): WorkOwed | null {
    const entry = this.deployments.get(id);
    if (entry === undefined || entry.fence !== fence) return null;
    entry.lease = null;
    if (workOwed(entry.deployment) !== null) {
      entry.due = due === null ? later(this.during, SOON_MS) : exactly(due + LATE_MS);
    }
    return leave ? this.#leave(entry.deployment) : null;
  }

  postpone(id: DeploymentId, ms: number): void {
    const entry = this.deployments.get(id);
    if (entry?.due) entry.due = later(this.during, ms);
  }

  renewWork(id: DeploymentId): WorkOwed | null {
    const entry = this.deployments.get(id);
    if (entry === undefined) return null;
    const { deployment, lease } = entry;
    const { holder } = this.service(deployment);
    if (workOwed(deployment) === null) entry.due = null;
    else if (this.#isLeased(entry)) entry.due = lease;
    else if (holder !== null && holder !== id) entry.due = later(this.during, LINE_MS);
    else return this.#newRun(entry);
    return null;
  }

  lead(worker: string): boolean {
    this.leader ??= worker;
    return this.leader === worker;
  }

  /** What a lease comes to when its time has passed. */
  expire(id: DeploymentId): void {
    const entry = this.deployments.get(id);
    if (!entry?.lease) return;
    entry.lease = exactly(1);
    if (entry.due) entry.due = exactly(1);
  }

  #isLeased = ({ lease }: ModelDeployment): boolean =>
    lease !== null && lease.from > this.during.to;

  #leave({ id, plan, ...ref }: Deployment): WorkOwed | null {
    for (const { key } of plan.limits) this.#counted(key).delete(id);
    const its = this.service(ref);
    const first = its.holder ?? its.line[0];
    if (its.inHand === id) its.inHand = null;
    its.line = its.line.filter((each) => each !== id);
    if (first !== id) return null;
    const [next, ...others] = its.line;
    its.holder = next ?? null;
    its.line = others;
    const entry = next === undefined ? undefined : this.deployments.get(next);
    return entry === undefined ? null : this.#newRun(entry);
  }

  #newRun(entry: ModelDeployment): WorkOwed | null {
    entry.deployment = { ...entry.deployment, run: entry.deployment.run + 1 };
    this.#soon(entry);
    return workOwed(entry.deployment);
  }

  #lookAgain(entry: ModelDeployment): void {
    const at = dueAt(entry.deployment);
    const owed = workOwed(entry.deployment) !== null;
    if (isTerminal(entry.deployment.state.status)) entry.due = null;
    else if (at !== null) entry.due = exactly(at + LATE_MS);
    else if (owed) this.#soon(entry);
    else entry.due = null;
  }

  #soon(entry: ModelDeployment): void {
    entry.due = later(this.during, SOON_MS);
  }

  #publish(before: Deployment, events: readonly RecordedEvent[]): void {
    let folded = before;
    for (const recorded of events) {
      folded = evolve(folded, recorded);
      const { status: state } = folded.state;
      const { sequence, event } = recorded;
      const number = this.stream.length + 1;
      this.stream.push({ deploymentId: before.id, number, sequence, type: event.type, state });
    }
  }

  #notices({ deployment }: ModelDeployment, { automationHold }: ModelService): Notices {
    const asked = deployment.state.status === 'approved';
    return { freezes: [], automationHold: asked ? automationHold : null };
  }

  #counted = (key: string): Set<DeploymentId> => {
    const counted = this.limits.get(key) ?? new Set();
    this.limits.set(key, counted);
    return counted;
  };
}
