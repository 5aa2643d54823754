import type { TargetId } from './ids.js';
import type { ActiveDeployment, StableVersion } from './active-deployment.js';
import { type Capacities, capacityOf } from './traffic/capacities.js';
import { servingWords, surelyServes } from './serving.js';
import { SharedMap } from './shared-map.js';
import { type TargetStatus, type TargetStatuses, UNTOUCHED } from './target-status.js';

/** What is kept of a service, as a claim answers it. */
export interface ServiceRecord {
  /** Targets that were never called have no entry. */
  readonly targets: TargetStatuses;
  /** What completed deployments left, newest first; the two newest at least. */
  readonly stable: readonly StableVersion[];
  readonly active: ActiveDeployment | null;
  /** Grows with every write to any of this. */
  readonly revision: number;
}

/** A service as one pass over one of its deployments sees it. */
export interface ServiceStatus extends Omit<ServiceRecord, 'targets'> {
  /** Every target of the plan, in its order, and behind them those that left the configuration. */
  readonly targets: SharedMap<TargetId, TargetStatus>;
  /** What else is known of the service's targets. */
  readonly others: TargetStatuses;
}

/** What of a plan says whom it is about. */
interface Planned {
  readonly targets: readonly { readonly id: TargetId }[];
  readonly removed?: readonly { readonly target: { readonly id: TargetId } }[];
  readonly router: string | null;
}

/** What is known of a target that was removed: behind a router it was drained before. */
const goneStatus = (routed: boolean): TargetStatus => ({
  ...UNTOUCHED,
  version: [null],
  inRotation: [!routed],
});

export function serviceStatus(
  { targets, ...record }: ServiceRecord,
  { targets: planned, removed = [], router }: Planned,
): ServiceStatus {
  const gone = goneStatus(router !== null);
  const named = [
    ...planned.map(({ id }) => [id, targets.get(id) ?? UNTOUCHED] as const),
    ...removed.map(({ target: { id } }) => [id, targets.get(id) ?? gone] as const),
  ];
  const ids = new Set(named.map(([id]) => id));
  return {
    ...record,
    targets: SharedMap.from(named, servingWords),
    others: new Map([...targets].filter(([id]) => !ids.has(id))),
  };
}

export const statusOf = (
  { targets }: { readonly targets: TargetStatuses },
  id: TargetId,
): TargetStatus => targets.get(id) ?? UNTOUCHED;

/** What those of the plan's targets can carry together that surely serve: their number, where all can carry the same. */
export function capacity(
  { targets }: Pick<ServiceStatus, 'targets'>,
  capacities?: Capacities,
): number {
  if (capacities === undefined) return targets.count('serves');
  let sum = 0;
  for (const [id, status] of targets) if (surelyServes(status)) sum += capacityOf(capacities, id);
  return sum;
}

export const EMPTY_RECORD: ServiceRecord = {
  targets: new Map(),
  stable: [],
  active: null,
  revision: 0,
};
