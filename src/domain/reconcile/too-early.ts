import { capacityOf, reaches } from '../model/traffic/capacities.js';
import { capacity, type ServiceStatus } from '../model/service-status.js';
import { isSeenUp, isWell, mayServe } from '../model/serving.js';
import { sure } from '../model/target-status.js';
import { shareOf } from '../model/traffic-shares.js';
import type { Desired, Limits } from './effect.js';

/**
 * Whether the way back would give all of the traffic to a few targets while others that
 * are to have a part of it are still empty, and are on their way: where no floor is set,
 * it is taken from those that serve once as much can carry it as does now, or ever will.
 * What runs the new version instead is left at once.
 */
export function isTooEarly(
  service: Pick<ServiceStatus, 'targets'>,
  { shares, leaves, isDone }: Desired,
  { floor, capacities, turnOf }: Limits,
): boolean {
  if (floor > 0 || !leaves || shares === null) return false;
  let [carrying, coming] = [0, 0];
  for (const [id, status] of service.targets) {
    if (shareOf(shares, id) === 0) continue;
    const size = capacityOf(capacities, id);
    if (isWell(status) && isSeenUp(status) && sure(status.inRotation) === true) carrying += size;
    else if (!isDone(id, status) && !mayServe(status) && turnOf(id) !== 'given_up') coming += size;
  }
  return (
    coming > 0 && !reaches(carrying, Math.min(carrying + coming, capacity(service, capacities)))
  );
}
