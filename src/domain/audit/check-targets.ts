import type { TargetId } from '../model/ids.js';
import type { ServiceSnapshot } from '../ports/audit-source.js';
import type { TargetStatus } from '../model/target-status.js';
import { difference } from './findings/difference.js';
import type { ServiceFold } from './fold/service-fold.js';
import { statedAt } from './fold/stated.js';

/** What is recorded of a service's targets, against what all of its events say of them. */
export function checkTargets(
  { targets }: Pick<ServiceSnapshot, 'targets'>,
  fold: Pick<ServiceFold, 'whole' | 'targets' | 'confirmed'>,
  report: (message: string) => void,
): void {
  if (!fold.whole) return;
  const told = fold.targets;
  for (const id of new Set([...targets.keys(), ...told.keys()])) {
    const message = differs(id, targets.get(id), told.get(id), fold.confirmed(id));
    if (message !== null) report(message);
  }
}

function differs(
  id: TargetId,
  is: TargetStatus | undefined,
  told: TargetStatus | undefined,
  confirmed: number,
): string | null {
  const stated = is === undefined ? null : statedAt(is);
  // A person has said what runs there, and no event has made it sure since.
  if (stated !== null && confirmed <= stated) return null;
  if (is === undefined) return `nothing is recorded of ${id}, and events tell of it`;
  if (told === undefined) return `${id} is recorded, and no event tells of it`;
  const found = difference(compared(is, stated), compared(told, stated));
  return found === null ? null : `what is recorded of ${id} is not what its events say: ${found}`;
}

/** What is seen is of the moment; what a check had found is no more once a person has spoken. */
const compared = (
  { version, inRotation, weight, bad, heldOut, heldOutAt, missedBy, call, by }: TargetStatus,
  stated: number | null,
): object => ({
  ...{ version, inRotation, weight, heldOut, heldOutAt, missedBy, call, by },
  ...(stated === null && { bad }),
});
