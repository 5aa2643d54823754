import type { DeploymentId, TargetId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { StableVersion, TakenBack } from '../../src/domain/model/active-deployment.js';
import type { AutomationHold } from '../../src/domain/model/hold.js';
import type { TargetStatus } from '../../src/domain/model/target-status.js';
import type { Moment } from './moment.js';

/** What the model remembers of one deployment. */
export interface ModelDeployment {
  deployment: Deployment;
  readonly events: RecordedEvent[];
  fence: number;
  /** `null`: given up, or never taken; an expired one is still there. */
  lease: Moment | null;
  due: Moment | null;
  /** The number of the last write, and the service's revision that it left. */
  op: number;
  opRevision: number;
}

export interface ModelService {
  holder: DeploymentId | null;
  claimant: DeploymentId | null;
  inHand: DeploymentId | null;
  fence: number;
  line: DeploymentId[];
  stable: readonly StableVersion[];
  takenBack: readonly TakenBack[];
  targets: Readonly<Record<TargetId, TargetStatus>>;
  revision: number;
  automationHold: AutomationHold | null;
}

export const newlyKept = (
  deployment: Deployment,
  events: readonly RecordedEvent[],
): ModelDeployment => ({
  ...{ deployment, events: [...events], fence: 0, lease: null, due: null },
  ...{ op: 0, opRevision: 0 },
});

export const unused = (): ModelService => ({
  ...{ holder: null, claimant: null, fence: 0, line: [], stable: [], takenBack: [], targets: {} },
  inHand: null,
  revision: 0,
  automationHold: null,
});
