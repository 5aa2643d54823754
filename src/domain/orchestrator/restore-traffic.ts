import { type Deployment, progressOf } from '../plan/deployment.js';
import { same } from '../plan/effect-rules.js';
import type { TrafficShares } from '../ports/traffic-router.js';
import type { Leg, Rest } from './leg.js';
import { restoringFailed } from './restoring-failed.js';
import { routeCall } from './route-call.js';

/** Gives the traffic these shares; nothing to do where this deployment never moved any. */
export async function restoreTraffic(leg: Leg, shares: TrafficShares | null): Promise<Rest> {
  const { journal, router, abort } = leg;
  const { traffic } = journal.deployment.course;
  if (shares === null || traffic === null) return null;
  if (traffic.settled && same(traffic.now, shares)) return null;
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

/** The shares from before; `null` where nothing served then, and so nothing can again. */
export function sharesFromBefore({ previous, course }: Deployment): TrafficShares | null {
  const before = course.traffic?.before ?? {};
  const served = Object.values(before).some((share) => share > 0);
  return previous !== null && served ? before : null;
}

/**
 * The shares from before, over those targets alone that run the previous
 * version now; `null` where there are none of them, or all are.
 */
export function sharesOfTheGood(deployment: Deployment): TrafficShares | null {
  const { traffic } = deployment.course;
  if (traffic === null || deployment.previous === null) return null;
  const serving = Object.entries(traffic.before).filter(([, share]) => share > 0);
  const good = serving.filter(([id]) => runsPrevious(deployment, id));
  const whole = good.reduce((sum, [, share]) => sum + share, 0);
  if (good.length === 0) return null;
  return Object.fromEntries(good.map(([id, share]) => [id, share / whole]));
}

function runsPrevious(deployment: Deployment, id: string): boolean {
  const target = deployment.plan.targets.find((each) => each.id === id);
  if (target === undefined) return true;
  const { state } = progressOf(deployment, target.id);
  return state === 'pending' || state === 'kept' || state === 'restored';
}
