import type { TargetId } from '../ids.js';
import { progressOf } from '../plan/deployment.js';
import type { Target } from '../plan/target.js';
import { type CallPlan, callDriver } from './call-driver.js';
import { earliest, inLanes, type Leg, type Rest } from './leg.js';
import { restoringFailed } from './restoring-failed.js';
import { routeCall } from './route-call.js';

/** Puts the previous version back on one target, and the target back into service. */
export async function restoreTarget(leg: Leg, target: Target): Promise<Rest> {
  const { fence, worker, clock, driver, journal } = leg;
  const version = journal.deployment.previous?.version ?? null;
  const plan: CallPlan = {
    state: 'restoring',
    action: 'rollback',
    version,
    intent: (id) => ({ type: 'start_restore', target: id, fence, worker }),
    done: (id, evidence) => ({ type: 'restore_target', target: id, version, evidence }),
    failed: (id, { message: error, transient, evidence = null }) => {
      const at = clock.now();
      return { type: 'fail_restore', target: id, error, transient, evidence, at };
    },
  };
  if (version !== null || driver.removes) {
    if (leg.router !== null) leg.away.add(target.id);
    const rest = await callDriver(leg, target, plan);
    return rest ?? (servesAgain(leg, target) ? returnToService(leg, [target.id]) : null);
  }
  journal.submit(plan.intent(target.id));
  const message = 'there is no previous version to go back to';
  journal.submit(plan.failed(target.id, { code: 'driver/rejected', message, transient: false }));
  return null;
}

function servesAgain({ journal }: Leg, { id }: Target): boolean {
  const { state, version } = progressOf(journal.deployment, id);
  return state === 'restored' && version !== null;
}

/** Before the router sees it up again it serves nobody: until then no other is taken out. */
export async function returnToService(leg: Leg, ids: readonly TargetId[]): Promise<Rest> {
  const { router, journal, abort, away } = leg;
  if (router === null || ids.length === 0) return null;
  await journal.flush();
  const call = routeCall(journal.deployment);
  const answers = await inLanes(ids, ids.length, async (id) => {
    const answer = await router.ready(call, id, abort);
    if (answer.ok) away.delete(id);
    return answer;
  });
  return earliest(answers.map((answer) => (answer.ok ? null : restoringFailed(leg, answer.error))));
}

/** What an earlier run put back: whether the router was told is not known. */
export function serveAgain(leg: Leg): Promise<Rest> {
  const back = leg.journal.deployment.plan.targets.filter((target) => servesAgain(leg, target));
  return returnToService(
    leg,
    back.map(({ id }) => id),
  );
}
