import type { DeploymentId, TargetId, Version } from './ids.js';
import type { Draining, Target } from './target.js';

/** What a call that broke off may have left, or what nobody of us put there; no version is called so. */
export const ANYTHING = '?';
export type Anything = typeof ANYTHING;

/** All that it may be by now. One value is sure; more are what it was and what was asked for since. */
export type Known<T> = readonly [T, ...T[]];

/**
 * All that is known of one target of a service, and the only record of what is
 * where. An intent widens it, a confirmed end narrows it, a failure or a lost
 * answer leaves it wide.
 */
export interface TargetStatus {
  /** What it runs; `null` is nothing. Surely `ANYTHING` is a target that we never called. */
  readonly version: Known<Version | null | Anything>;
  /** Whether the router may send it anything new; always true without a router. */
  readonly inRotation: Known<boolean>;
  /**
   * The share of the traffic that is set for it, 0 to 1, among the targets of the plan that set or saw
   * it last; `null` where none was ever set or seen.
   */
  readonly weight: Known<number | null>;
  /** How much the balancer's own configuration gives it, on its own scale; not said where it gives all the same. */
  readonly capacity?: number;
  /** The version that a check found bad here. */
  readonly bad: Version | null;
  /**
   * How somebody else has taken it out of service, when the router was last asked; `null`: nobody
   * has. What left the configuration may be `absent` from the router: nobody drained it there.
   */
  readonly heldOut: 'maintenance' | 'drained' | 'absent' | null;
  /** The router's places where that is so, by name: at the others it is in our hands. Absent: everywhere. */
  readonly heldOutAt?: readonly string[];
  /** The router's places that did not answer when it last said something else of the target, and were not alike since. */
  readonly missedBy?: readonly MissedBy[];
  /** A call of a driver whose end nobody wrote down. */
  readonly call: OpenCall | null;
  /** The deployment that called it last. */
  readonly by: DeploymentId | null;
  /** Where and by what it was called last; not said where that was before places were recorded. */
  readonly place?: Place;
  /** What it left at places where it was before, and that no driver ends; not said where there is nothing. */
  readonly stays?: readonly LeftBehind[];
  /** The configuration did not name it any more when a deployment began last: it counts for nothing. */
  readonly left?: true;
  /**
   * We had the router send it nobody at all; or may have, while it is not sure whether it is in rotation.
   * `perhaps`: the router was asked to and has not answered, or it was drained after it may have been
   * opened. What looks like maintenance is ours all the same.
   */
  readonly closed?: true | 'perhaps';
  /** It is being drained, or was when whoever did so broke off. */
  readonly drain?: Draining;
  /** What the router or a check says of it just now; never written down. */
  readonly seen?: Seen;
}

/** One of the router's places that changes went on without: it has what it was left with, or forgot it. */
export interface MissedBy {
  readonly place: string;
  /** What of ours it may still have; `null`: a drain or maintenance there is somebody else's. */
  readonly leftWith: 'drained' | 'closed' | null;
}

/** Where a target is, and by what it was deployed: what it takes to remove it. Free of secrets. */
export interface Place extends Omit<Target, 'id' | 'capacity'> {
  /** The kind of driver. */
  readonly driver: string;
}

/** What a target left where it was, when its address or its driver changed. */
export interface LeftBehind extends Pick<Place, 'address' | 'driver'> {
  /** `null`: nobody knows. */
  readonly version: Version | null;
}

export interface OpenCall {
  readonly deploymentId: DeploymentId;
  readonly action: 'deploy' | 'rollback';
  /** What it was to run. */
  readonly version: Version | null;
  readonly fence: number;
  readonly worker: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** What whoever was asked could see: `null` is nothing for certain. */
export interface Seen {
  readonly up: boolean | null;
}

/** By the target's id. */
export type TargetStatuses = ReadonlyMap<TargetId, TargetStatus>;

/** A target that we have never called: it serves with whatever is there, unless it is seen not to. */
export const UNTOUCHED: TargetStatus = {
  version: [ANYTHING],
  inRotation: [true],
  weight: [null],
  bad: null,
  heldOut: null,
  call: null,
  by: null,
};

/**
 * Nothing of us is there any more: it is nobody's, and surely runs nothing. Such a
 * status is not kept; only what we drained is, or we would take the drain for
 * somebody else's once it is configured again.
 */
export const isGone = ({ version, by, inRotation, heldOut, stays }: TargetStatus): boolean =>
  by === null &&
  stays === undefined &&
  sure(version) === null &&
  (sure(inRotation) === true || heldOut !== null);

/** Nobody of us can put it into rotation anywhere. */
export const isHeldOut = ({ heldOut, heldOutAt }: TargetStatus): boolean =>
  heldOut !== null && heldOutAt === undefined;

/** The value where it is sure; `undefined` where it is not. */
export const sure = <T>(known: Known<T>): T | undefined =>
  known.length === 1 ? known[0] : undefined;

/** The version that it surely runs, `null` for surely nothing, `undefined` where that is not known. */
export function runs({ version }: TargetStatus): Version | null | undefined {
  const one = sure(version);
  return one === ANYTHING ? undefined : one;
}

/** All that it was, and all that it may have become. */
export function widened<T>(was: Known<T>, ...more: readonly T[]): Known<T> {
  const fresh = more.filter((value, at) => !was.includes(value) && more.indexOf(value) === at);
  return fresh.length === 0 ? was : [...was, ...fresh];
}
