import type { DeploymentId, TargetId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import type {
  ActiveDeployment,
  StableVersion,
  TakenBack,
} from '../../src/domain/model/active-deployment.js';
import type { AutomationHold } from '../../src/domain/model/hold.js';
import type { TargetStatus } from '../../src/domain/model/target-status.js';

/** Everything a store holds, read behind its back after a move. */
export interface Remembered {
  /** The store's own clock, in epoch milliseconds. */
  readonly now: number;
  readonly deployments: ReadonlyMap<DeploymentId, RememberedDeployment>;
  readonly services: ReadonlyMap<string, RememberedService>;
  readonly active: Readonly<Record<string, ActiveDeployment>>;
  readonly counters: Readonly<Record<string, number>>;
  /** Not ended; by id, for what is told apart by creation alone has no order that matters. */
  readonly open: readonly DeploymentId[];
  readonly ended: DeploymentId | null;
  /** Who counts against each limit; none where nobody does. */
  readonly limits: Readonly<Record<string, readonly DeploymentId[]>>;
  /** Every event that was ever published, in order; `null` of a store that publishes none. */
  readonly stream: readonly StreamEntry[] | null;
}

export interface RememberedDeployment {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
  readonly fence: number;
  readonly leaseUntil: number | null;
  readonly due: number | null;
}

export interface RememberedService {
  readonly holder: DeploymentId | null;
  readonly claimant: DeploymentId | null;
  readonly inHand: DeploymentId | null;
  readonly fence: number;
  readonly line: readonly DeploymentId[];
  readonly stable: readonly StableVersion[];
  readonly takenBack: readonly TakenBack[];
  readonly targets: Readonly<Record<TargetId, TargetStatus>>;
  readonly revision: number;
  readonly automationHold: AutomationHold | null;
}

export interface StreamEntry {
  readonly deploymentId: string;
  /** Of all events, and of the deployment's. */
  readonly number: number;
  readonly sequence: number;
  readonly type: string;
  /** After the event. */
  readonly state: string;
}
