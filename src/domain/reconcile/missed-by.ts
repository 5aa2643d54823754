import type { RouterSaid } from '../model/deployment/target-event.js';
import type { TargetId } from '../model/ids.js';
import type { SharedMap } from '../model/shared-map.js';
import type { MissedBy, TargetStatus } from '../model/target-status.js';

/**
 * The places that have missed what was changed of a target, or will: those that did
 * not answer, and of those from before the ones that are not surely like the others.
 */
export function missedBy(status: TargetStatus, said: RouterSaid): readonly MissedBy[] {
  const { missedBy: before = [] } = status;
  const { away = [], also } = said;
  const kept = before.filter(({ place }) => also !== undefined || away.includes(place));
  const fresh = away.filter((place) => !before.some((one) => one.place === place));
  return [...kept, ...fresh.map((place) => ({ place, leftWith: leftWith(status, place) }))];
}

/** What of ours a place may have as it goes away. */
function leftWith(
  { heldOut, heldOutAt, inRotation, closed }: TargetStatus,
  place: string,
): MissedBy['leftWith'] {
  const isOthers = heldOut !== null && (heldOutAt?.includes(place) ?? true);
  if (isOthers || !inRotation.includes(false)) return null;
  return closed === undefined ? 'drained' : 'closed';
}

/** What of ours a place may still have of a target, besides what is on record of the others. */
export const leftAt = (status: TargetStatus, place: string | null): MissedBy['leftWith'] =>
  status.missedBy?.find((one) => one.place === place)?.leftWith ?? null;

export const placesBehind = ({ missedBy: behind = [] }: TargetStatus): readonly string[] =>
  behind.map(({ place }) => place);

/** The targets once this place is like the others. */
export function allCaughtUp(
  targets: SharedMap<TargetId, TargetStatus>,
  place: string,
): SharedMap<TargetId, TargetStatus> {
  let next = targets;
  for (const [id, { missedBy: behind = [], ...status }] of targets) {
    const left = behind.filter((one) => one.place !== place);
    if (left.length === behind.length) continue;
    next = next.with(id, left.length === 0 ? status : { ...status, missedBy: left });
  }
  return next;
}

/** The places that have missed something of any of these. */
export const placesBehindOf = (targets: Iterable<TargetStatus>): readonly string[] => [
  ...new Set([...targets].flatMap(placesBehind)),
];
