import { progressOf } from '../plan/deployment.js';
import type { RetireStep } from '../plan/step.js';
import { type CallPlan, callDriver } from './call-driver.js';
import { earliest, inLanes, type Leg, type Rest, targetsOf } from './leg.js';

/** Takes the old version off the targets that serve nobody any more. */
export async function retireTargets(leg: Leg, step: RetireStep): Promise<Rest> {
  const { journal, fence, worker, clock } = leg;
  const plan: CallPlan = {
    state: 'retiring',
    action: 'rollback',
    version: null,
    intent: (target) => ({ type: 'start_retire', target, fence, worker }),
    done: (target, evidence) => ({ type: 'retire_target', target, evidence }),
    failed: (target, { message: error, transient, evidence = null }) => {
      const at = clock.now();
      return { type: 'fail_retire', target, error, transient, evidence, at };
    },
  };
  const open = targetsOf(leg, step.targets).filter(({ id }) => {
    const { state } = progressOf(journal.deployment, id);
    return state === 'pending' || state === 'retiring';
  });
  const width = Math.max(1, journal.deployment.plan.forecast.largestBatch);
  const rests = await inLanes(open, width, async (target) => {
    if (leg.draining.aborted || leg.abort.aborted) return null;
    const rest = await callDriver(leg, target, plan);
    await journal.flush();
    return rest;
  });
  return earliest(rests);
}
