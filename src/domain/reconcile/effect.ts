import type { Capacities } from '../model/traffic/capacities.js';
import type { TargetId, Version } from '../model/ids.js';
import type { TargetStatus } from '../model/target-status.js';
import type { TrafficShares } from '../model/traffic-shares.js';

/** One thing done to the world. Each is announced before, and its end is written down after. */
export type Effect =
  /** `before`: who is called once it is drained, where that is another at the same place. */
  | { readonly kind: 'drain'; readonly target: TargetId; readonly before?: TargetId }
  | { readonly kind: 'admit'; readonly target: TargetId }
  /** Nobody at all is sent there, also not those who persist. */
  | { readonly kind: 'close'; readonly target: TargetId }
  /** Deploy, roll back and remove are one: `null` is nothing. */
  | { readonly kind: 'apply'; readonly target: TargetId; readonly version: Version | null }
  | { readonly kind: 'weigh'; readonly shares: TrafficShares };

/** What should be, at the stage that a deployment stands at or on its way back. */
export interface Desired {
  /** What these should run, in the order in which they are to be taken: what serves nobody first. */
  readonly versions: ReadonlyMap<TargetId, Version | null>;
  /** Whether it runs what it should, and nothing more is to be done to it. */
  readonly isDone: (target: TargetId, status: TargetStatus) => boolean;
  /** Those in `versions` go back into rotation once they are done: not while a check is still to come. */
  readonly admits: boolean;
  /** Whether a target that `versions` does not name runs what is declared for it. */
  readonly isDeclared: (target: TargetId, status: TargetStatus) => boolean;
  /** `null` leaves the traffic as it is. */
  readonly shares: TrafficShares | null;
  /** The traffic is to move now: that is not done before somebody there carries it. */
  readonly moves: boolean;
  /** Those that nobody at all is to be sent to: they have no share. */
  readonly closed: ReadonlySet<TargetId>;
  /** Traffic goes to those that are done alone, where they are enough: the way back leaves the new version first. */
  readonly leaves: boolean;
}

/** How far it may go at once. */
export interface Limits {
  /** Capacity that must go on serving at any time: targets, where all can carry the same. */
  readonly floor: number;
  /** What each can carry; not said where all can carry the same. */
  readonly capacities?: Capacities | undefined;
  /** Targets that may be taken out at once. */
  readonly width: number;
  /** Whether a router moves the service's traffic. */
  readonly routed: boolean;
  /** Who is at the same place under another name: what is done to one is done to the other. */
  readonly mateOf?: (target: TargetId) => TargetId | undefined;
  /** Whether a target may be called now, given what was tried. */
  readonly turnOf: (target: TargetId) => Turn;
}

/** `given_up`: it is not tried again; a time (epoch milliseconds): not before that. */
export type Turn = 'now' | 'given_up' | { readonly notBefore: number };

export type Next =
  | { readonly kind: 'effects'; readonly effects: readonly Effect[] }
  | { readonly kind: 'wait'; readonly until: number }
  /** Every further step would leave fewer than must serve; `ours`: also if all that the world broke were well. */
  | { readonly kind: 'floor'; readonly ours: boolean }
  | { readonly kind: 'done' };
