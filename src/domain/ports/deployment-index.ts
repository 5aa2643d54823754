import type { DeploymentId, ServiceRef } from '../model/ids.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { RecordedEvent } from '../model/deployment/plan-event.js';
import type { PlanStatus } from '../model/deployment/plan-state.js';
import type { ActiveDeployment, VersionRecord } from '../model/active-deployment.js';
import type { TargetStatuses } from '../model/target-status.js';
import type { SlotView } from './deployment-store.js';

export type Counters = Readonly<Record<PlanStatus, number>>;

/** What can be asked of all deployments together; kept up to date by the store's own writes. */
export interface DeploymentIndex {
  counters(): Promise<Counters>;
  active(ref: ServiceRef): Promise<ActiveDeployment | null>;
  activeDeployments(): Promise<readonly ActiveDeployment[]>;
  /** The last good deployments of a service and what was taken back of them, of one moment. */
  versions(ref: ServiceRef): Promise<VersionRecord>;
  /** Newest first. */
  history(query: HistoryQuery): Promise<HistoryPage>;
  slot(ref: ServiceRef): Promise<SlotView>;
  /** What is known of the service's targets; those that were never called have no entry. */
  targetStatuses(ref: ServiceRef): Promise<TargetStatuses>;
  events(id: DeploymentId): Promise<readonly RecordedEvent[]>;
  /** The deployment that ended last, and the newest that has not ended. */
  lastEnded(): Promise<Deployment | null>;
  newestOpen(): Promise<Deployment | null>;
}

export interface HistoryQuery {
  readonly ref?: ServiceRef | undefined;
  /** 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: DeploymentId | undefined;
}

export interface HistoryPage {
  readonly items: readonly Deployment[];
  readonly next: DeploymentId | null;
}
