import { type Deployment, progressOf } from '../plan/deployment.js';
import { same } from '../plan/effect-rules.js';
import { PENDING, type TargetProgress } from '../plan/target.js';
import type { TrafficShares } from '../ports/traffic-router.js';
import { canServe, spareCapacity } from './capacity.js';
import type { Leg, Rest } from './leg.js';
import { restoringFailed } from './restoring-failed.js';
import { routeCall } from './route-call.js';

/** Gives the traffic these shares; nothing to do where this deployment never moved any. */
export async function restoreTraffic(leg: Leg, shares: TrafficShares | null): Promise<Rest> {
  const { journal, router, abort } = leg;
  if (shares === null || !movesTraffic(journal.deployment, shares)) return null;
  if (router === null) {
    return restoringFailed(leg, { message: 'no router is configured here', transient: true });
  }
  journal.submit({ type: 'start_traffic_restore', shares });
  await journal.flush();
  if (abort.aborted) return null;
  const answer = await router.setShares(routeCall(journal.deployment), shares, abort);
  if (!answer.ok) return restoringFailed(leg, answer.error);
  journal.submit({ type: 'finish_traffic_restore', evidence: answer.value });
  await journal.flush();
  return null;
}

/** Whether giving the traffic these shares changes anything, as far as this deployment knows. */
export function movesTraffic({ course }: Deployment, shares: TrafficShares | null): boolean {
  const { traffic } = course;
  return shares !== null && traffic !== null && !(traffic.settled && same(traffic.now, shares));
}

/** The shares from before; `null` where nothing served then, and so nothing can again. */
export function sharesFromBefore({ previous, course }: Deployment): TrafficShares | null {
  const before = course.traffic?.before ?? {};
  const served = Object.values(before).some((share) => share > 0);
  return previous !== null && served ? before : null;
}

/**
 * The shares from before, over those targets alone that run the previous version
 * now. Where these are too few to carry it all, the traffic stays as it is, if
 * that leaves one to take out; else all that are up share it for the time being.
 * `null` where no traffic was moved, or there is no version to give it to.
 */
export function sharesOfTheGood(deployment: Deployment): TrafficShares | null {
  const { course, plan, previous } = deployment;
  if (course.traffic === null || previous === null) return null;
  const { before, now } = course.traffic;
  const up = Object.entries(before).filter(([id, share]) => share > 0 && isUp(deployment, id));
  const good = up.filter(([id]) => runsPrevious(deployment, id));
  const enough = Math.max(1, plan.floor);
  if (good.length >= enough) return partsOf(good);
  return up.length < enough || spareCapacity(deployment) > 0 ? now : partsOf(up);
}

function partsOf(shares: readonly (readonly [string, number])[]): TrafficShares {
  const whole = shares.reduce((sum, [, share]) => sum + share, 0);
  return Object.fromEntries(shares.map(([id, share]) => [id, share / whole]));
}

const isUp = (deployment: Deployment, id: string): boolean => canServe(progressOn(deployment, id));

function runsPrevious(deployment: Deployment, id: string): boolean {
  const { state } = progressOn(deployment, id);
  return state === 'pending' || state === 'restored';
}

/** What the plan does not name is not touched. */
function progressOn(deployment: Deployment, id: string): TargetProgress {
  const target = deployment.plan.targets.find((each) => each.id === id);
  return target === undefined ? PENDING : progressOf(deployment, target.id);
}
