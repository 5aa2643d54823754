import type { DeploymentId, EnvironmentName, ServiceName, Version } from './ids.js';
import type { AutomationHold } from './hold.js';
import type { Declared } from './declared.js';

/** The deployment whose version is live and good. */
export interface ActiveDeployment {
  readonly environment: EnvironmentName;
  readonly service: ServiceName;
  /** `null` while it is unknown: then no version is on every target, and `show` tells which is where. */
  readonly version: Version | null;
  readonly deploymentId: DeploymentId;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** A completed deployment, and what the service should be since then. */
export interface StableVersion extends ActiveDeployment {
  readonly declared: Declared;
}

/** As many as are kept of a service. */
export const MOST_STABLE = 50;

/** A stable version that a rollback took back. */
export interface TakenBack extends ActiveDeployment {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The deployment whose rollback it was: its own, or one to a version before it. */
  readonly by: DeploymentId;
}

/** As many as are kept of a service. */
export const MOST_TAKEN_BACK = 50;

/** What a service can go back to, and what was taken back, each newest first. */
export interface VersionRecord {
  readonly stable: readonly StableVersion[];
  readonly takenBack: readonly TakenBack[];
  readonly active: ActiveDeployment | null;
}

/** What a transition changes of its service, beside its targets; what is not named stays. */
export interface ServiceChange {
  readonly active?: ActiveDeployment | null;
  /** On top, in the place of the `over` topmost; or the top one away. */
  readonly stable?: { readonly push: StableVersion; readonly over?: number } | 'pop';
  /** What became taken back with it, newest first. */
  readonly takenBack?: readonly TakenBack[];
  readonly automationHold?: AutomationHold;
}
