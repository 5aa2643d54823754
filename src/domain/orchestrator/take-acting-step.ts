import { budgetExceeded } from '../plan/failure-budget.js';
import { type ActingStep, desiredAt } from '../reconcile/desired.js';
import type { Way } from '../reconcile/call-ends.js';
import { effectFailed } from './effect-failed.js';
import type { Leg, Rest } from './leg.js';
import { reconcile } from './reconcile.js';

/** Does what a step asks of targets or of the traffic. */
export async function takeActingStep(leg: Leg, step: ActingStep, at: number): Promise<Rest> {
  const { journal, router } = leg;
  if (step.kind === 'shift' && router === null) return effectFailed(leg, NO_ROUTER);
  const way: Way = step.kind === 'retire' ? 'retire' : 'deploy';
  const { largestBatch } = journal.deployment.plan.forecast;
  return reconcile(leg, {
    way,
    desired: desiredAt(journal.deployment, step, at),
    width: step.kind === 'deploy' ? step.targets.length : Math.max(1, largestBatch),
    isOver: () => isOver(leg, step, at),
    atFloor: (open) => {
      const { floor } = journal.deployment.plan;
      const what = open.length === 0 ? 'this shift' : 'one more taken out';
      const reason = `targets failed, and ${what} would leave fewer than the ${floor} that must go on serving`;
      journal.submit({ type: 'rollback', reason, cause: 'failure' });
      return false;
    },
  });
}

/** Somebody stopped it, or so many failed that nothing more is begun. */
function isOver({ journal, draining, abort }: Leg, step: ActingStep, at: number): boolean {
  const { deployment } = journal;
  const { state } = deployment;
  if (draining.aborted || abort.aborted) return true;
  if (state.status !== 'executing' || state.step !== at) return true;
  const counts = step.kind === 'deploy' || step.kind === 'check';
  return counts && budgetExceeded(deployment, step);
}

const NO_ROUTER = {
  code: 'router/rejected',
  message: 'no router is configured for this service here',
  transient: false,
};
