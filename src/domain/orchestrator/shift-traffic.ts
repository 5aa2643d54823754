import type { RouterFailure } from '../ports/traffic-router.js';
import { progressOf } from '../plan/deployment.js';
import type { ShiftStep } from '../plan/step.js';
import { servingUnder, spareCapacity } from './capacity.js';
import { effectFailed } from './effect-failed.js';
import type { Leg, Rest } from './leg.js';
import { routeCall, sharesOf } from './route-call.js';

/** Moves the traffic as the step says. What it was before the first shift is kept for the way back. */
export async function shiftTraffic(leg: Leg, step: ShiftStep, number: number): Promise<Rest> {
  const { journal, router, abort } = leg;
  if (router === null) return effectFailed(leg, NO_ROUTER);
  const call = routeCall(journal.deployment);
  let before = journal.deployment.course.traffic?.before;
  if (before === undefined) {
    const read = await router.shares(call, abort);
    if (!read.ok) return effectFailed(leg, read.error);
    before = read.value;
  }
  // What failed within the tolerance gets no traffic; its part goes to the others.
  const well = step.to.filter((id) => progressOf(journal.deployment, id).state !== 'failed');
  const shares = sharesOf(well.length > 0 ? well : step.to, step.from, step.percent);
  const { floor } = journal.deployment.plan;
  const left = servingUnder(journal.deployment, shares);
  if (left < floor && left < floor + spareCapacity(journal.deployment)) {
    const reason = `targets failed, and this shift would leave ${left} to serve, fewer than the ${floor} that must`;
    journal.submit({ type: 'rollback', reason, cause: 'failure' });
    return null;
  }
  const ticket = journal.submit({ type: 'start_shift', step: number, before, shares });
  await journal.flush();
  if (ticket.refusal !== null || abort.aborted) return null;
  const answer = await router.setShares(call, shares, abort);
  if (!answer.ok) return effectFailed(leg, answer.error);
  journal.submit({ type: 'finish_shift', step: number, evidence: answer.value });
  return null;
}

const NO_ROUTER: RouterFailure = {
  code: 'router/rejected',
  message: 'no router is configured for this service here',
  transient: false,
};
