import type { TargetId } from '../ids.js';
import { progressOf } from '../plan/deployment.js';
import { effectFailed } from './effect-failed.js';
import { earliest, inLanes, type Leg, type Rest } from './leg.js';
import { routeCall } from './route-call.js';

/**
 * Takes targets that run the version back into service, once nothing speaks
 * against them. The router sees them up before the next ones are taken out.
 */
export async function serveTargets(leg: Leg, targets: readonly TargetId[]): Promise<Rest> {
  const { router, journal, abort } = leg;
  if (router === null) return null;
  const well = targets.filter((id) => progressOf(journal.deployment, id).state === 'updated');
  if (well.length === 0) return null;
  await journal.flush();
  const call = routeCall(journal.deployment);
  const answers = await inLanes(well, well.length, (id) => router.ready(call, id, abort));
  const rests = answers.map((answer) => (answer.ok ? null : effectFailed(leg, answer.error)));
  return earliest(rests);
}
