import type { TargetId } from '../model/ids.js';
import type { ServiceStatus } from '../model/service-status.js';
import { isHeldOut, sure, type TargetStatus } from '../model/target-status.js';
import type { TrafficShares } from '../model/traffic-shares.js';
import type { SeenAtPlace } from '../ports/traffic-router.js';
import { sameShare } from '../reconcile/carried-shares.js';
import { leftAt } from '../reconcile/missed-by.js';

/** What brings one of a router's places to what is on record of the others, in this order. */
export interface OwedToPlace {
  readonly ready: readonly TargetId[];
  /** `null` where none were ever set, or it has only some of the targets. */
  readonly shares: TrafficShares | null;
  readonly drain: readonly { readonly target: TargetId; readonly close: boolean }[];
  /** Nothing of this is owed: it has it all. */
  readonly isAlike: boolean;
}

type Its = Pick<SeenAtPlace, 'inRotation' | 'share' | 'heldOut'>;
type Seen = Readonly<Record<string, Its>>;
type Asked = readonly [TargetId, TargetStatus, Its | undefined];

/**
 * @param seen what the place says of the targets that it has
 * @returns `null` where the record itself is not sure: nobody knows what to bring it to
 */
export function owedToPlace(
  { targets }: Pick<ServiceStatus, 'targets'>,
  place: string,
  seen: Seen,
): OwedToPlace | null {
  const asked = [...targets].flatMap(([id, status]): readonly Asked[] =>
    status.left === true ? [] : [[id, status, seen[id]]],
  );
  const shares = sharesOnRecord(asked);
  if (shares === 'unsure') return null;
  const here = asked.flatMap(([id, status, its]) =>
    its === undefined ? [] : [{ id, status, its }],
  );
  const ready: TargetId[] = [];
  const drain: OwedToPlace['drain'][number][] = [];
  for (const { id, status, its } of here) {
    const inRotation = sure(status.inRotation);
    if (inRotation === undefined) return null;
    const ours = leftAt(status, place);
    // What somebody else does with it is left so.
    if (isHeldOut(status)) continue;
    if (inRotation && ours !== null && (!its.inRotation || (ours === 'closed' && its.heldOut))) {
      ready.push(id);
    }
    const close = status.closed === true;
    if (!inRotation && !its.heldOut && (its.inRotation || close)) drain.push({ target: id, close });
  }
  const isWhole = here.length === asked.length;
  const areSame = here.every(({ id, its }) => sameShare(its.share, shares?.[id] ?? its.share));
  return {
    ready,
    drain,
    shares: isWhole ? shares : null,
    isAlike: ready.length === 0 && drain.length === 0 && (!isWhole || areSame),
  };
}

/** The shares that are surely set, as parts of one; `null` where none ever were, or nobody has any. */
function sharesOnRecord(asked: readonly Asked[]): TrafficShares | null | 'unsure' {
  const set = asked.map(([id, { weight }]) => [id, sure(weight)] as const);
  if (set.every(([, weight]) => weight === null)) return null;
  const known: (readonly [TargetId, number])[] = [];
  for (const [id, weight] of set) {
    if (weight === undefined || weight === null) return 'unsure';
    known.push([id, weight]);
  }
  const whole = known.reduce((sum, [, weight]) => sum + weight, 0);
  if (whole === 0) return null;
  return Object.fromEntries(known.map(([id, weight]) => [id, weight / whole]));
}
