import type { TargetId } from '../ids.js';
import { progressOf, stepsOf } from '../plan/deployment.js';
import { budgetExceeded } from '../plan/failure-budget.js';
import { servedBy } from '../plan/served-by.js';
import type { DeployStep } from '../plan/step.js';
import { type CallPlan, callDriver } from './call-driver.js';
import { mayTakeOut } from './capacity.js';
import { earliest, inLanes, type Leg, type Rest, targetsOf } from './leg.js';
import { serveTargets } from './serve-targets.js';

/** Puts the version on the step's targets, all at once, as far as tolerance and floor allow. */
export async function deployTargets(leg: Leg, step: DeployStep): Promise<Rest> {
  const { journal } = leg;
  const plan = callPlan(leg);
  const open = targetsOf(leg, step.targets).filter(({ id }) => isOpen(leg, id));
  let running = open.length;
  let floored = false;
  const rests = await inLanes(open, open.length, async (target) => {
    const may = !leg.draining.aborted && mayCall(leg, target.id, step);
    floored ||= may === 'floor';
    const rest = may === true ? await callDriver(leg, target, plan) : null;
    running -= 1;
    // The last report of a batch is written with what comes next; the others do not wait for it.
    if (running > 0) await journal.flush();
    return rest;
  });
  if (budgetExceeded(journal.deployment, step)) return null;
  const rest = earliest(rests);
  if (rest !== null) return rest;
  if (floored) {
    const { floor } = journal.deployment.plan;
    const reason = `targets failed, and one more taken out would leave fewer than the ${floor} that must go on serving`;
    journal.submit({ type: 'rollback', reason, cause: 'failure' });
    return null;
  }
  const steps = stepsOf(journal.deployment);
  return serveTargets(leg, servedBy(steps, steps.indexOf(step)));
}

function callPlan(leg: Leg): CallPlan {
  const { version } = leg.journal.deployment;
  return {
    state: 'started',
    action: 'deploy',
    version,
    intent: (target) => {
      const { fence, worker } = leg;
      return { type: 'start_target', target, fence, worker };
    },
    done: (target, evidence) => ({ type: 'update_target', target, evidence }),
    failed: (target, { message: error, transient, evidence = null }) => {
      const at = leg.clock.now();
      return { type: 'fail_target', target, error, transient, evidence, at };
    },
  };
}

const isOpen = ({ journal }: Leg, id: TargetId): boolean => {
  const { state } = progressOf(journal.deployment, id);
  return state === 'pending' || state === 'started';
};

/** Past the tolerance nothing new begins; a call that an earlier run left open is still seen to its end. */
function mayCall(leg: Leg, id: TargetId, step: DeployStep): boolean | 'floor' {
  const { journal } = leg;
  const { state, retryAt } = progressOf(journal.deployment, id);
  if (state === 'started' && retryAt === null) return true;
  if (!isOpen(leg, id) || budgetExceeded(journal.deployment, step)) return false;
  return state === 'started' || mayTakeOut(journal.deployment, id) ? true : 'floor';
}
