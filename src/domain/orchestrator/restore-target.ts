import { progressOf } from '../plan/deployment.js';
import type { Target } from '../plan/target.js';
import { type CallPlan, callDriver } from './call-driver.js';
import type { Leg, Rest } from './leg.js';
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
    const rest = await callDriver(leg, target, plan);
    return rest ?? serveAgain(leg, target);
  }
  journal.submit(plan.intent(target.id));
  const message = 'there is no previous version to go back to';
  journal.submit(plan.failed(target.id, { code: 'driver/rejected', message, transient: false }));
  return null;
}

/** A router that does not see it up yet is no reason to do the rest later: the end of the rollback says how it went. */
async function serveAgain({ journal, router, abort, log }: Leg, { id }: Target): Promise<null> {
  const { state, version } = progressOf(journal.deployment, id);
  if (router === null || state !== 'restored' || version === null) return null;
  const answer = await router.ready(routeCall(journal.deployment), id, abort);
  if (!answer.ok) {
    log.warn({ deployment: journal.deployment.id, target: id, ...answer.error }, 'not in service');
  }
  return null;
}
