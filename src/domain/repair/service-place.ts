import type { DeploymentId, ServiceRef } from '../model/ids.js';
import type { ActiveDeployment, StableVersion } from '../model/active-deployment.js';
import type { TargetStatuses } from '../model/target-status.js';

/** What is active in a service, its stable versions, its targets and its slot, of one moment. */
export interface ServicePlace extends ServiceRef {
  /** The number of the last event by then. */
  readonly sequence: number;
  /** Grows with every write to what is active, the stable versions or the targets. */
  readonly revision: number;
  readonly fence: number;
  readonly holder: DeploymentId | null;
  /** Whether the holder is under way, or a worker has a lease on it. */
  readonly busy: boolean;
  /** As it is stored. */
  readonly rawActive: string | null;
  readonly rawStable: readonly string[];
  readonly active: ActiveDeployment | 'unreadable' | null;
  readonly stable: readonly (StableVersion | 'unreadable')[];
  /** Those that were never called have no entry. */
  readonly targets: TargetStatuses;
}

/** One of which everything could be read. */
export interface ReadablePlace extends ServicePlace {
  readonly active: ActiveDeployment | null;
  readonly stable: readonly StableVersion[];
}

/** `null` where what is active, or a stable version, cannot be read. */
export function readable(place: ServicePlace): ReadablePlace | null {
  const { active } = place;
  const stable = place.stable.filter((entry) => entry !== 'unreadable');
  if (active === 'unreadable' || stable.length < place.stable.length) return null;
  return { ...place, active, stable };
}
