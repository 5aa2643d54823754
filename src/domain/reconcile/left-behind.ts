import { type Deployment, targetIn } from '../model/deployment/deployment.js';
import type { TargetId } from '../model/ids.js';
import type { LeftBehind, Place, TargetStatus } from '../model/target-status.js';

/** As many old places are kept in mind of each target. */
const MOST_LEFT_BEHIND = 10;

/** A target that moved away from where it was called last, and leaves there what no driver ends. */
export function leftBehind(
  { place, stays = [] }: TargetStatus,
  what: Omit<LeftBehind, 'driver'>,
): Pick<TargetStatus, 'stays'> {
  const left = { ...what, driver: place?.driver ?? '' };
  return { stays: [left, ...elsewhere(stays, left)].slice(0, MOST_LEFT_BEHIND) };
}

/** A target that is called at a place: what it had left there before is called now. */
export function calledAt({ stays = [], ...status }: TargetStatus, place: Place): TargetStatus {
  const left = elsewhere(stays, place);
  return left.length === 0 ? status : { ...status, stays: left };
}

const elsewhere = (
  stays: readonly LeftBehind[],
  { address, driver }: Pick<Place, 'address' | 'driver'>,
): readonly LeftBehind[] =>
  stays.filter((each) => each.address !== address || each.driver !== driver);

/** Where a target of a plan is, and by what it is deployed there. */
export function placeOf(plan: Deployment['plan'], target: TargetId): Place {
  const { id: _, capacity: _its, ...where } = targetIn(plan, target);
  return { ...where, driver: plan.driver.kind };
}
