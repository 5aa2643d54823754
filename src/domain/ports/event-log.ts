import type { DeploymentId, ServiceRef, Version } from '../model/ids.js';
import type { PlanStatus } from '../model/deployment/plan-state.js';

/** An event as subscribers see it: the fact, with what it is about. */
export interface DeploymentEvent extends ServiceRef {
  /** Its place in the one order of all events; `subscribe({ from: id })` goes on behind it. */
  readonly id: string;
  /** From 1, without gaps, per deployment. */
  readonly sequence: number;
  /** The list of types may grow: ignore the ones you do not know. */
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly deploymentId: DeploymentId;
  readonly version: Version;
  /** After the event. */
  readonly state: PlanStatus;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `beginning` is the oldest event still kept. */
export type EventPosition = 'now' | 'beginning' | { readonly after: string };

/** The ids of the events at both ends. */
export interface KeptEvents {
  readonly oldest: string;
  readonly newest: string;
}

/** The events of all deployments in one order without gaps. */
export interface EventLog {
  /** Events behind `after`, at most `limit`; waits up to `waitMs` for the first. */
  read(after: string, limit: number, waitMs: number): Promise<readonly DeploymentEvent[]>;
  /** The oldest and the newest event that there are; `null` where there are none. */
  kept(): Promise<KeptEvents | null>;
  /** The id to read from: behind the newest event, or before the oldest. */
  position(of: 'now' | 'beginning'): Promise<string>;
  close(): Promise<void>;
}
