import { type DeploymentId, type ServiceRef, serviceKey } from '../model/ids.js';
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
  /**
   * Newest first.
   *
   * @throws UnknownHistoryPosition when `after` is not in this history, and never was or was pruned long ago
   */
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

/** A page behind a deployment that is not there would look as if there were no more. */
export class UnknownHistoryPosition extends Error {
  override readonly name = 'UnknownHistoryPosition';
  readonly after: DeploymentId;

  /** @param ends of the history that was asked; none where it is empty */
  constructor({ after, ref }: HistoryQuery & { readonly after: DeploymentId }, ends: HistoryEnds) {
    const whose = ref === undefined ? 'the history' : `the history of ${serviceKey(ref)}`;
    const there =
      ends === null ? 'it is empty' : `it goes from ${ends.newest} (the newest) to ${ends.oldest}`;
    super(`there is no deployment ${after} in ${whose}: ${there}`);
    this.after = after;
  }
}

export type HistoryEnds = { readonly newest: string; readonly oldest: string } | null;

export interface HistoryPage {
  readonly items: readonly Deployment[];
  readonly next: DeploymentId | null;
}
