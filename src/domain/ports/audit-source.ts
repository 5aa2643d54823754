import type { DeploymentId, ServiceRef } from '../model/ids.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { RecordedEvent } from '../model/deployment/plan-event.js';
import type { ActiveDeployment, StableVersion } from '../model/active-deployment.js';
import type { TargetStatuses } from '../model/target-status.js';
import type { DeploymentEvent } from './event-log.js';

/**
 * Everything a store holds, for a reader that changes nothing and keeps little:
 * each list comes in pages, and each page is read when it is asked for. The
 * store goes on working meanwhile, so what must agree is read together.
 */
export interface AuditSource {
  frame(): Promise<AuditFrame>;
  /** Events of the stream behind a number, up to another or to the newest, in order. */
  stream(after: number, until: number | null): AsyncIterable<readonly DeploymentEvent[]>;
  /** The deployments' own events at these places; `null` where there is none. */
  recorded(places: readonly EventPlace[]): Promise<readonly (RecordedEvent | null)[]>;
  /** The ids in the history, oldest first. */
  history(): AsyncIterable<readonly DeploymentId[]>;
  /** The ids that have a record, and that the history did not name when it was asked; one may come twice. */
  unlisted(): AsyncIterable<readonly DeploymentId[]>;
  /** One for each id, in their order; each as it stands in one moment. */
  snapshots(ids: readonly DeploymentId[]): AsyncIterable<readonly Snapshot[]>;
  /** How often the work of each was published; `null` for those that have no record. */
  runs(ids: readonly DeploymentId[]): Promise<readonly (number | null)[]>;
  services(): AsyncIterable<readonly ServiceRef[]>;
  /** These services as they stand in one moment, and the number of the last event by then. */
  servicesNow(
    refs: readonly ServiceRef[],
  ): Promise<{ readonly sequence: number; readonly services: readonly ServiceSnapshot[] }>;
  /** What the indexes of due and of open work name. */
  indexed(): AsyncIterable<readonly IndexEntry[]>;
  /** What counts against each limit. */
  limits(): AsyncIterable<readonly LimitCount[]>;
  /** The ids of the jobs that wait or run in the queues of work. */
  jobs(): AsyncIterable<readonly string[]>;
}

export interface AuditFrame {
  /** The number of the last event. */
  readonly sequence: number;
  /** The oldest that the stream still holds; `null` where it holds none. */
  readonly oldest: number | null;
  /** Deployments by status, as counted by the store when that event was the last. */
  readonly counters: Readonly<Record<string, number>>;
  /** Of these, the ones that retention has let go, by the status they had. */
  readonly trimmed: Readonly<Record<string, number>>;
}

export interface EventPlace {
  readonly deploymentId: DeploymentId;
  readonly sequence: number;
}

/** A deployment with its events and its places in the indexes, all of one moment. */
export type Snapshot =
  | StoredDeployment
  | {
      readonly id: DeploymentId;
      readonly kind: 'missing';
      /** Whether the history names it all the same. */
      readonly listed: boolean;
    }
  | { readonly id: DeploymentId; readonly kind: 'unreadable'; readonly problem: string };

export interface StoredDeployment {
  readonly id: DeploymentId;
  readonly kind: 'stored';
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
  /** What the scripts go by, beside the record itself. */
  readonly status: string;
  readonly service: string;
  readonly fence: number;
  readonly due: boolean;
  readonly open: boolean;
  /** In the history of all, and in that of its service. */
  readonly listed: boolean;
  readonly listedByService: boolean;
  readonly holds: boolean;
  readonly inLine: boolean;
  /** The limits it counts against now. */
  readonly counted: readonly string[];
}

export interface ServiceSnapshot extends ServiceRef {
  readonly fence: number;
  readonly holder: DeploymentId | null;
  readonly line: readonly DeploymentId[];
  readonly active: ActiveDeployment | null;
  readonly stable: readonly StableVersion[];
  /** What is recorded of its targets; those that were never called have no entry. */
  readonly targets: TargetStatuses;
}

export interface IndexEntry {
  readonly index: 'due' | 'open';
  readonly id: DeploymentId;
}

export interface LimitCount {
  readonly key: string;
  readonly members: readonly DeploymentId[];
}
