import type { DeploymentId, ServiceRef } from '../ids.js';
import type { ActiveDeployment } from '../plan/service-effect.js';

/** What is active in a service, its stack and its slot, of one moment. */
export interface ServicePlace extends ServiceRef {
  /** The number of the last event by then. */
  readonly sequence: number;
  readonly fence: number;
  readonly holder: DeploymentId | null;
  /** Whether the holder is under way, or a worker has a lease on it. */
  readonly busy: boolean;
  /** As it is stored. */
  readonly rawActive: string | null;
  readonly rawStack: readonly string[];
  readonly active: ActiveDeployment | 'unreadable' | null;
  readonly stack: readonly (ActiveDeployment | 'unreadable')[];
}
