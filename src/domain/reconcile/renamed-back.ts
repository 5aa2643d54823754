import type { TargetId } from '../model/ids.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import { statusOf } from '../model/service-status.js';
import type { SharedMap } from '../model/shared-map.js';
import { runs, type TargetStatus } from '../model/target-status.js';

/**
 * These targets, with what is at the place of each that has an old name of it again:
 * nothing of ours was left there under that name, but what runs under the other one is.
 */
export function withNamesBack(
  targets: SharedMap<TargetId, TargetStatus>,
  { removed = [] }: Pick<DeploymentPlan, 'removed'>,
): SharedMap<TargetId, TargetStatus> {
  let next = targets;
  for (const { target, placeOf } of removed) {
    if (placeOf === undefined) continue;
    const was = statusOf({ targets }, placeOf);
    const isGone = was.by === null && runs(was) === null;
    const { version } = statusOf({ targets }, target.id);
    if (isGone) next = next.with(placeOf, { ...was, version });
  }
  return next;
}
