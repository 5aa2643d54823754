import type { DeploymentId, TargetId } from '../../src/domain/ids.js';
import type { Deployment } from '../../src/domain/plan/deployment.js';
import type { RecordedEvent } from '../../src/domain/plan/plan-event.js';
import type { ActiveDeployment } from '../../src/domain/plan/service-effect.js';
import type { KnownTarget } from '../../src/domain/plan/target.js';
import type { AutomationHold } from '../../src/domain/policy/hold.js';
import type { Moment } from './moment.js';

/** What the model remembers of one deployment. */
export interface ModelDeployment {
  deployment: Deployment;
  readonly events: RecordedEvent[];
  fence: number;
  /** `null`: given up, or never taken; an expired one is still there. */
  lease: Moment | null;
  due: Moment | null;
  /** The number of the last write. */
  op: number;
}

export interface ModelService {
  holder: DeploymentId | null;
  claimant: DeploymentId | null;
  fence: number;
  line: DeploymentId[];
  stack: readonly ActiveDeployment[];
  known: Readonly<Record<TargetId, KnownTarget>>;
  automationHold: AutomationHold | null;
}

export const unused = (): ModelService => ({
  ...{ holder: null, claimant: null, fence: 0, line: [], stack: [], known: {} },
  automationHold: null,
});
