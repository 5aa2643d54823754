import type { ServiceRef, TargetId } from '../model/ids.js';
import type { DrainCount, Evidence, Target } from '../model/target.js';
import type { Result } from '../model/result.js';
import type { TrafficShares } from '../model/traffic-shares.js';

/**
 * What one place where traffic is moved says of one target. Whether the target
 * serves there is `inRotation && up && !heldOut && share > 0`.
 */
export interface SeenAtPlace {
  /**
   * Not drained: the router would give it new requests, if it is up, not held out,
   * and its share is above 0. Only the drain is told: a target in maintenance that
   * is not drained as well is in rotation, and held out.
   */
  readonly inRotation: boolean;
  /** The share that is set for it, 0 to 1 over all targets of the call, whether or not it is drained, held out or down. */
  readonly share: number;
  /**
   * The router's own health check says it is up: true where the router has none
   * for it, or runs none now. Of a target that is held out it may be either.
   */
  readonly up: boolean;
  /**
   * Taken out of service in a way that `drain` never does: maintenance, set by a
   * person, by the router's configuration or by name resolution. `drain` and
   * `setShares` leave it as it is; `ready` lifts it.
   */
  readonly heldOut: boolean;
  /**
   * What the router's own configuration gives it of the load, on the router's scale: a
   * reload would give it that again. 0 is nothing; not said where it has no such thing,
   * or gives all the same.
   */
  readonly capacity?: number;
}

/**
 * What the router says of one target. Of a router with several places, such as two
 * balancers side by side, the worst of what they say: in rotation means in rotation
 * at each of them, held out means held out at any.
 */
export interface SeenTarget extends Omit<SeenAtPlace, 'up'> {
  /** `null` where its places do not agree. */
  readonly up: boolean | null;
  /** What each place says, by the place's name; absent where there is one only. */
  readonly at?: Readonly<Record<string, SeenAtPlace>>;
  /** Places that did not answer, and that it goes on without; not said where there are none. */
  readonly away?: readonly string[];
}

/** One for every target of the call. */
export type SeenTargets = Readonly<Record<string, SeenTarget>>;

/** What one of a router's places answered. */
export interface PlaceLook {
  readonly place: string;
  readonly answer: Result<SeenTargets, RouterFailure>;
}

/** What a router is asked about. */
export interface RouteCall extends ServiceRef {
  /** All targets of the service, of either colour. */
  readonly targets: readonly Target[];
  /** Places where `ready` leaves a target as it is: somebody else took it out of rotation there. */
  readonly leave?: readonly string[];
  /**
   * Places that a change may be made without while they are away, as far as as many
   * are left as the router needs. To look asks for whoever is there.
   */
  readonly without?: readonly string[];
  /** The places that it is about, where not all of them: the others are neither asked nor touched. */
  readonly only?: readonly string[];
}

/** Told by a router, each time it looks, what a target that it drains still works on. */
export type TellDrain = (count: DrainCount) => void;

export interface DrainOptions {
  /**
   * Sends it nobody at all: also not the clients that the router keeps there by cookie
   * or table. What was sent may end. `look` may then call it held out. `ready` ends it.
   */
  readonly close?: boolean;
  readonly tell?: TellDrain;
}

/**
 * Moves a service's traffic between its targets. Setting what is set already
 * changes nothing. None of these throws for anything that the router can do:
 * a router that refuses, or that does not show afterwards what was asked of it,
 * answers a failure. Of one that fails in mid-way nothing is known but what
 * `shares` says; the same call again, or one with other shares, settles it.
 *
 * A router may move traffic at several places: a change has come about when all of
 * them have it, and none is touched while one of them is away that the call does not
 * name as one to go on without.
 */
export interface TrafficRouter {
  readonly kind: string;
  /** The longest one call may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a drain waits at most for what the target was sent, in milliseconds; `timeoutMs` where not said. */
  readonly drainMs?: number;
  /**
   * How long after a switch of all traffic the targets that lost it go on having the
   * clients that persist, in milliseconds: then they are closed. Not said: for ever.
   */
  readonly persistentGraceMs?: number;
  /** It can't count the requests that a drained target still works on. */
  readonly uncounted?: true;
  /**
   * The shares that are in force for new requests, one for every target, read
   * from the router itself: 0 for a drained target, whatever was set for it, and
   * all 0 where nobody gets anything.
   */
  shares(call: RouteCall, signal: AbortSignal): Promise<Result<TrafficShares, RouterFailure>>;
  /**
   * What the router itself says of every target of the call, at one moment.
   * Changes nothing. A failure where the router can't be asked.
   */
  look(call: RouteCall, signal: AbortSignal): Promise<Result<SeenTargets, RouterFailure>>;
  /**
   * How many requests each target was given since the router began to count. A number
   * that is lower than before began anew. Not there where it counts none.
   */
  counts?(
    call: RouteCall,
    signal: AbortSignal,
  ): Promise<Result<Readonly<Record<string, number>>, RouterFailure>>;
  /**
   * The same of each place by itself, also while another is away; only where there are
   * several. A place that has some of the targets says nothing of the others.
   */
  lookAtEach?(
    call: RouteCall,
    signal: AbortSignal,
  ): Promise<Result<readonly PlaceLook[], RouterFailure>>;
  /**
   * Sets the shares, as near as the router's whole weights come, and reads them
   * back as evidence. A share above 0 stays above 0. A drained target keeps its
   * share for when it is ready again. Shares of a target that is not the call's,
   * outside 0 to 1, that do not add up to 1, or that only drained targets would
   * get are rejected.
   */
  setShares(
    call: RouteCall,
    shares: TrafficShares,
    signal: AbortSignal,
  ): Promise<Result<Evidence, RouterFailure>>;
  /**
   * Sends the target nothing new and waits, within `timeoutMs`, until what it was
   * sent has ended. The evidence's `ended` says whether it has; `null` where that
   * can't be seen. Where it has not, `left` and `of` say what was left, as in a
   * `DrainCount`. Maintenance of somebody else's stays what it is.
   */
  drain(
    call: RouteCall,
    target: TargetId,
    signal: AbortSignal,
    options?: DrainOptions,
  ): Promise<Result<Evidence, RouterFailure>>;
  /**
   * Takes the target back into service under the weight it has, and waits until the
   * router itself sees it up. Also lifts maintenance of somebody else's: `look` first.
   */
  ready(
    call: RouteCall,
    target: TargetId,
    signal: AbortSignal,
  ): Promise<Result<Evidence, RouterFailure>>;
}

export type RouterFailureCode =
  | 'router/unreachable'
  | 'router/timeout'
  | 'router/rejected'
  /** It has no such target: nobody is sent there. */
  | 'router/no_such_target'
  | 'router/aborted';

export interface RouterFailure {
  readonly code: RouterFailureCode;
  /** One sentence, free of secrets. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly transient: boolean;
}
