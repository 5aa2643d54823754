import type { DeploymentId } from '../model/ids.js';

/** Makes names that no one else has. */
export interface IdSource {
  deploymentId(): DeploymentId;
}
