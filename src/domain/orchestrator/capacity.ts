import type { TargetId } from '../ids.js';
import { type Deployment, progressOf } from '../plan/deployment.js';
import type { TargetProgress, TargetState } from '../plan/target.js';
import type { TrafficShares } from '../ports/traffic-router.js';

/** A target in one of these serves nobody, as far as this deployment knows. */
const DOWN: ReadonlySet<TargetState> = new Set([
  'started',
  'failed',
  'restoring',
  'unrestored',
  'retiring',
  'retired',
  'kept',
]);

type Away = ReadonlySet<TargetId>;
const NONE: Away = new Set();

/**
 * How many more targets may be taken out of service before the plan's floor is reached.
 *
 * @param away those that serve nobody until this run gives them back to the router
 */
export function spareCapacity(deployment: Deployment, away = NONE): number {
  const { targets, floor } = deployment.plan;
  if (floor === 0) return targets.length;
  return targets.filter(({ id }) => !away.has(id) && serves(deployment, id)).length - floor;
}

/** What has no traffic is no capacity: it is taken out freely. */
export const mayTakeOut = (deployment: Deployment, id: TargetId, away = NONE): boolean =>
  away.has(id) || !serves(deployment, id) || spareCapacity(deployment, away) > 0;

/** What was left as it is, for others could not do without it, serves on with the version it has. */
export const isDown = ({ state, version }: TargetProgress): boolean =>
  DOWN.has(state) && !(state === 'unrestored' && version !== null);

/** Given traffic, it serves: it is not down, and the router is not holding it back. */
export const canServe = (progress: TargetProgress): boolean =>
  !(progress.state === 'updated' && progress.away === true) && !isDown(progress);

/** How many would serve under these shares. */
export const servingUnder = (deployment: Deployment, shares: TrafficShares): number =>
  deployment.plan.targets.filter(({ id }) => (shares[id] ?? 0) > 0 && isUp(deployment, id)).length;

const serves = (deployment: Deployment, id: TargetId): boolean =>
  hasTraffic(deployment, id) && isUp(deployment, id);

const isUp = (deployment: Deployment, id: TargetId): boolean =>
  canServe(progressOf(deployment, id));

/** Before the first shift, the colour that is live has the traffic; without colours, all have. */
function hasTraffic({ course }: Deployment, id: TargetId): boolean {
  if (course.traffic !== null) return (course.traffic.now[id] ?? 0) > 0;
  return course.live === null || course.live.includes(id);
}
