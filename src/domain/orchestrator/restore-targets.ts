import type { TargetId } from '../ids.js';
import { deadlineOf, progressOf, touchedTargets, unrestoredTargets } from '../plan/deployment.js';
import type { Target } from '../plan/target.js';
import { type CallPlan, callDriver } from './call-driver.js';
import { earliest, inLanes, type Leg, type Rest } from './leg.js';
import { lookAt } from './verify-targets.js';

/** Puts the previous version back on every touched target, never more at once than the way there took. */
export async function restoreTargets(leg: Leg): Promise<Rest> {
  const { journal, clock, abort, draining } = leg;
  const { state, previous, id, plan } = journal.deployment;
  if (state.status !== 'rolling_back') return null;
  const now = leg.lastGood?.deploymentId ?? null;
  // Something newer was completed since: going back would take that away.
  if (now !== id && now !== (previous?.deploymentId ?? null)) {
    const reason = `not rolled back: ${now ?? 'nothing'} is active by now`;
    journal.submit({ type: 'give_up', reason });
    return null;
  }
  const deadline = deadlineOf(journal.deployment);
  if (deadline !== null && clock.now() > deadline) {
    journal.submit({ type: 'give_up', reason: `${state.reason}; the rollback's deadline passed` });
    return null;
  }
  const width = Math.max(1, plan.forecast.largestBatch);
  // Last touched first: what was changed last is the least settled.
  const open = openTargets(leg).toReversed();
  const rests = await inLanes(open, width, async (target) => {
    if (draining.aborted || abort.aborted) return null;
    const rest = await restore(leg, target);
    await journal.flush();
    return rest;
  });
  const rest = earliest(rests);
  if (rest !== null || draining.aborted || abort.aborted) return rest;
  return finish(leg);
}

async function finish(leg: Leg): Promise<Rest> {
  const { journal, abort } = leg;
  const { previous } = journal.deployment;
  const restored = unrestoredTargets(journal.deployment).length === 0;
  const verification =
    restored && previous !== null
      ? await lookAt(leg, touchedTargets(journal.deployment), previous.version)
      : null;
  if (!abort.aborted) journal.submit({ type: 'finish_rollback', verification });
  return null;
}

function restore(leg: Leg, target: Target): Promise<Rest> {
  const { fence, worker, clock, driver, journal } = leg;
  const version = journal.deployment.previous?.version ?? null;
  const plan: CallPlan = {
    action: 'rollback',
    version,
    intent: (id) => ({ type: 'start_restore', target: id, fence, worker }),
    done: (id, evidence) => ({ type: 'restore_target', target: id, version, evidence }),
    failed: (id, { message: error, transient, evidence = null }) => {
      const at = clock.now();
      return { type: 'fail_restore', target: id, error, transient, evidence, at };
    },
  };
  if (version !== null || driver.removes) return callDriver(leg, target, plan);
  journal.submit(plan.intent(target.id));
  const message = 'there is no previous version to go back to';
  journal.submit(plan.failed(target.id, { code: 'driver/rejected', message, transient: false }));
  return Promise.resolve(null);
}

function openTargets({ journal }: Leg): readonly Target[] {
  const touched = new Set<TargetId>(touchedTargets(journal.deployment));
  return journal.deployment.plan.targets.filter(({ id }) => {
    const { state } = progressOf(journal.deployment, id);
    return touched.has(id) && state !== 'restored' && state !== 'unrestored';
  });
}
