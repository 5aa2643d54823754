import type { TargetId } from '../model/ids.js';
import type { TargetStatuses } from '../model/target-status.js';
import { listed } from './listed.js';
import type { Target } from '../model/target.js';

/** Of these, those that somebody else held out of the router when that was last asked. */
export const heldOutOf = (
  targets: readonly Pick<Target, 'id'>[],
  known: Pick<TargetStatuses, 'get'>,
): readonly TargetId[] =>
  targets.map(({ id }) => id).filter((id) => (known.get(id)?.heldOut ?? null) !== null);

/** `web-2 is held out of the router by somebody else` */
export const heldOutWords = (ids: readonly TargetId[]): string =>
  `${listed(ids)} ${ids.length === 1 ? 'is' : 'are'} held out of the router by somebody else`;
