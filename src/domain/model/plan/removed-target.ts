import type { DeploymentId, TargetId, Version } from '../ids.js';
import type { Target } from '../target.js';

/** A target that was deployed to, and that the configuration does not name any more. */
export interface RemovedTarget {
  /** As it was when it was last deployed to. */
  readonly target: Target;
  /** What it surely ran when this was planned; `null` where nobody knows. */
  readonly version: Version | null;
  /** The deployment that called it last: what another has called since is not touched. */
  readonly by: DeploymentId;
  readonly fate: RemovedFate;
  /** The target that is configured at the same place under another name; not said where there is none. */
  readonly placeOf?: TargetId;
  /** Why it is left, in a sentence part; `null` where it is not. */
  readonly reason: string | null;
}

/**
 * `retire`: removed once the new version serves; `retire_first`: removed before that is
 * deployed to the same place under another name; `replace`: what is deployed there takes
 * its place, as the driver cannot remove; `leave`: it stays as it is, and is named.
 */
export type RemovedFate = 'retire' | 'retire_first' | 'replace' | 'leave';

/** A target that is at another place than where it was deployed to, or has another driver. */
export interface MovedTarget {
  readonly target: TargetId;
  /** Its address then and now. */
  readonly from: string;
  readonly to: string;
  /** What it surely ran when this was planned; `null` where nobody knows. */
  readonly version: Version | null;
  /** Why what runs there stays, in a sentence part; `null` where the driver ends it when it deploys. */
  readonly reason: string | null;
}
