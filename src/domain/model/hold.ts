/**
 * What keeps a deployment from going on, as `explain` tells it. A `start_by`
 * does not hold: it says until when something else may.
 */
export interface Hold {
  readonly kind: HoldKind;
  /** A sentence part: `frozen by ann: stocktaking`. */
  readonly reason: string;
  /** Epoch milliseconds, or `null` where nobody can know. */
  readonly until: number | null;
  /** Who or what ends it before that. */
  readonly liftedBy: string;
}

/** A freeze or window that an override was given for. */
export interface CoveredHold extends Pick<Hold, 'kind' | 'reason' | 'until'> {
  /** Tells it from every other freeze, and from the same window at another time. */
  readonly of: string;
}

export type HoldKind =
  | 'approval'
  | 'slot'
  | 'window'
  | 'freeze'
  | 'limit'
  /** Another environment of the service has one of its targets in hand. */
  | 'target'
  | 'automation'
  | 'start_by'
  | 'gate'
  /** Too few targets serve for another to be taken out. */
  | 'capacity'
  /** The router cannot be asked. */
  | 'router'
  /** Somebody else holds a target out of the router, and the policy is not to begin meanwhile. */
  | 'held_out'
  /** The step is of a kind that this worker's version does not have. */
  | 'version'
  /** No worker at work is configured for its service. */
  | 'configuration'
  | 'pause';

/** After an automatic rollback: what nobody asked for by hand does not begin on that service. */
export interface AutomationHold {
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Whose rollback it was. */
  readonly deploymentId: string;
}
