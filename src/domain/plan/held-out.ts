import type { TargetId } from '../model/ids.js';
import { type TargetStatuses, UNTOUCHED } from '../model/target-status.js';
import { listed } from './listed.js';
import type { Target } from '../model/target.js';

/** Of these, those that somebody else held out of the router when that was last asked. */
export const heldOutOf = (
  targets: readonly Pick<Target, 'id'>[],
  known: Pick<TargetStatuses, 'get'>,
): readonly TargetId[] => targets.map(({ id }) => id).filter((id) => heldOutIn(known, id) !== null);

/** How somebody else holds it out; what was absent when it was not configured is nobody's doing. */
export function heldOutIn(
  known: Pick<TargetStatuses, 'get'>,
  id: TargetId,
): 'maintenance' | 'drained' | null {
  const { heldOut } = known.get(id) ?? UNTOUCHED;
  return heldOut === 'absent' ? null : heldOut;
}

/** `web-2 is held out of the router by somebody else` */
export const heldOutWords = (ids: readonly TargetId[]): string =>
  `${listed(ids)} ${ids.length === 1 ? 'is' : 'are'} held out of the router by somebody else`;
