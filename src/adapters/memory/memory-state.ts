import {
  type DeploymentId,
  type ServiceRef,
  serviceKey,
  type TargetId,
} from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import type { Freeze } from '../../domain/model/plan/freeze.js';
import type { AutomationHold } from '../../domain/model/hold.js';
import {
  type ActiveDeployment,
  MOST_STABLE,
  MOST_TAKEN_BACK,
  type StableVersion,
  type TakenBack,
} from '../../domain/model/active-deployment.js';
import type { ServiceWrite } from '../../domain/ports/deployment-store.js';
import type { ServiceRecord } from '../../domain/model/service-status.js';
import { isGone, type TargetStatus } from '../../domain/model/target-status.js';

/** Everything the store in memory remembers; its index reads the same. */
export interface MemoryState {
  readonly deployments: Map<DeploymentId, Row>;
  readonly services: Map<string, ServiceRow>;
  readonly active: Map<string, ActiveDeployment>;
  /** By id. */
  readonly freezes: Map<string, Freeze>;
  /** Deployments under way, by the limit they count against. */
  readonly limits: Map<string, Set<DeploymentId>>;
  ended: DeploymentId | null;
  leader: { readonly worker: string; readonly until: number } | null;
}

export interface Row {
  deployment: Deployment;
  readonly events: RecordedEvent[];
  fence: number;
  leaseUntil: number;
  due: number | null;
}

export interface ServiceRow {
  holder: DeploymentId | null;
  /** Whoever claimed last: its worker may still be letting go. */
  claimant: DeploymentId | null;
  /** Whoever has claimed and not left since: what it works on is in its hand, in whichever environment. */
  inHand: DeploymentId | null;
  fence: number;
  line: DeploymentId[];
  stable: readonly StableVersion[];
  takenBack: readonly TakenBack[];
  readonly targets: Map<TargetId, TargetStatus>;
  /** Grows with every write to stable, targets or what is active. */
  revision: number;
  automationHold: AutomationHold | null;
}

export const emptyState = (): MemoryState => ({
  deployments: new Map(),
  services: new Map(),
  active: new Map(),
  freezes: new Map(),
  limits: new Map(),
  ended: null,
  leader: null,
});

export function serviceRow(state: MemoryState, ref: ServiceRef): ServiceRow {
  const key = serviceKey(ref);
  const row: ServiceRow = state.services.get(key) ?? {
    holder: null,
    claimant: null,
    inHand: null,
    fence: 0,
    line: [],
    stable: [],
    takenBack: [],
    targets: new Map(),
    revision: 0,
    automationHold: null,
  };
  state.services.set(key, row);
  return row;
}

/** A service's record as a claim answers it: what is given out is not changed later. */
export function recordOf(state: MemoryState, ref: ServiceRef): ServiceRecord {
  const { targets, stable, revision } = serviceRow(state, ref);
  const active = state.active.get(serviceKey(ref)) ?? null;
  return { targets: new Map(targets), stable: stable.slice(0, 2), active, revision };
}

const changesAnything = ({ targets, active, stable }: ServiceWrite): boolean =>
  targets.length > 0 || active !== undefined || stable !== undefined;

/** Whether the write rests on what is there. */
export const isCurrent = (state: MemoryState, ref: ServiceRef, write: ServiceWrite): boolean =>
  !changesAnything(write) || write.revision === serviceRow(state, ref).revision;

/** @returns the service's revision from then on */
export function writeService(state: MemoryState, after: Deployment, write: ServiceWrite): number {
  const its = serviceRow(state, after);
  if (write.automationHold !== undefined) its.automationHold = write.automationHold;
  if (!changesAnything(write)) return its.revision;
  for (const [id, { seen: _, ...status }] of write.targets) {
    if (isGone(status)) its.targets.delete(id);
    else its.targets.set(id, status);
  }
  if (write.stable === 'pop') its.stable = its.stable.slice(1);
  else if (write.stable) {
    const { push, over = 0 } = write.stable;
    its.stable = [push, ...its.stable.slice(over)].slice(0, MOST_STABLE);
  }
  const takenBack = [...(write.takenBack ?? []), ...its.takenBack];
  its.takenBack = takenBack.slice(0, MOST_TAKEN_BACK);
  const key = serviceKey(after);
  if (write.active === null) state.active.delete(key);
  else if (write.active) state.active.set(key, write.active);
  its.revision += 1;
  return its.revision;
}
