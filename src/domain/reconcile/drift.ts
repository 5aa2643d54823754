import { type Capacities, capacitiesOf, levelled } from '../model/traffic/capacities.js';
import type { TargetId, Version } from '../model/ids.js';
import type { Target } from '../model/target.js';
import type { SeenTarget, SeenTargets } from '../ports/traffic-router.js';
import { sameShare } from './carried-shares.js';
import { type Declared, declaredVersion } from '../model/declared.js';
import { shareOf } from '../model/traffic-shares.js';
import { sharesOver } from './shares/shares-over.js';
import { ANYTHING, sure, type TargetStatus, type TargetStatuses } from '../model/target-status.js';

/** What a router does with a target that its service does not declare. */
export type Drift =
  /** Somebody else keeps it out of service: no deployment puts it back. */
  | { readonly kind: 'held_out'; readonly target: TargetId; readonly version: Version }
  /** It was drained by us, and nothing put it back. */
  | { readonly kind: 'out_of_rotation'; readonly target: TargetId; readonly version: Version }
  /** Shares from 0 to 1. */
  | {
      readonly kind: 'share';
      readonly target: TargetId;
      readonly declared: number;
      readonly seen: number;
    };

/** A target that was deployed to, and that its service wants something of. */
interface Meant {
  readonly id: TargetId;
  readonly version: Version | null;
  readonly status: TargetStatus;
  readonly seen: SeenTarget;
}

/** Where what a router says of a service's targets is not what the service declares, in their order. */
export function driftOf(
  declared: Declared,
  targets: readonly Target[],
  known: TargetStatuses,
  seen: SeenTargets,
): readonly Drift[] {
  const meant = targets.flatMap(({ id }) => meantOf(declared, id, known.get(id), seen[id]));
  const open = meant.filter(({ id }) => declared.closed?.includes(id) !== true);
  const capacities = capacitiesOf(targets, (id) => seen[id]?.capacity);
  return [...open.flatMap(outOf), ...sharesOff(declared, { targets, capacities }, meant)];
}

/** What nobody ever deployed to, or what failed within the tolerance, is not meant. */
function meantOf(
  declared: Declared,
  id: TargetId,
  status: TargetStatus | undefined,
  seen: SeenTarget | undefined,
): readonly Meant[] {
  if (status === undefined || status.by === null || seen === undefined) return [];
  const version = declaredVersion(declared, id);
  return version === ANYTHING || declared.missed.includes(id)
    ? []
    : [{ id, version, status, seen }];
}

function outOf({ id, version, status, seen }: Meant): readonly Drift[] {
  if (version === null) return [];
  if (seen.heldOut) return [{ kind: 'held_out', target: id, version }];
  if (seen.inRotation) return [];
  const ours = status.heldOut === null && sure(status.inRotation) !== true;
  return [{ kind: ours ? 'out_of_rotation' : 'held_out', target: id, version }];
}

/** The targets, and what each can carry. */
interface Now {
  readonly targets: readonly Target[];
  readonly capacities: Capacities | undefined;
}

/** Compared among themselves: what is not meant may have a share or not. */
function sharesOff(
  { shares, capacities: then }: Declared,
  { targets, capacities }: Now,
  meant: readonly Meant[],
): readonly Drift[] {
  if (shares === null) return [];
  const over = sharesOver(targets, levelled(shares, then, capacities), capacities);
  const wanted = parts(meant.map(({ id }) => shareOf(over, id)));
  const found = parts(meant.map(({ seen }) => seen.share));
  return meant.flatMap(({ id }, at): readonly Drift[] => {
    const [share = 0, now = 0] = [wanted[at], found[at]];
    return sameShare(share, now) ? [] : [{ kind: 'share', target: id, declared: share, seen: now }];
  });
}

function parts(shares: readonly number[]): readonly number[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (whole === 0 ? 0 : share / whole));
}
