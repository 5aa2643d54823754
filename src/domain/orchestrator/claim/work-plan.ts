import { startDue } from '../../policy/admission.js';
import { approvalAskedAt, approvalDue } from '../../policy/approval.js';
import { workOwed } from '../../model/deployment/work-owed.js';
import { countOf, type Deployment } from '../../model/deployment/deployment.js';
import type { PlanEventType } from '../../model/deployment/plan-event.js';
import { isTerminal } from '../../model/deployment/plan-state.js';
import type { Transition } from '../../ports/deployment-store.js';

/** An order from outside that wakes a deployment: the job that sleeps for it is of no use any more. */
const WAKING: ReadonlySet<PlanEventType> = new Set([
  'deployment.promoted',
  'deployment.overridden',
]);

/**
 * Whether the transition calls for a job of its own: other work than before, or
 * the same work at once that a job sleeps for.
 */
export function isNewWork({ before, after, events, fence }: Transition): boolean {
  const now = workOwed(after);
  if (now === null) return false;
  const woken = fence === null && events.some(({ event }) => WAKING.has(event.type));
  return woken || now.kind !== workOwed(before)?.kind;
}

/**
 * Whether it shuts out the worker that is at it: an end by force waits for no
 * one to let go, and must not be outrun by one that writes all the time.
 */
export const fencesOff = ({ events }: Pick<Transition, 'events'>): boolean =>
  events.some(({ event }) => event.type === 'deployment.failed' && event.forced === true);

/**
 * When somebody must look at the deployment again (epoch milliseconds): it goes
 * on then, or what nobody approved has expired. `null` where it does not rest.
 */
export function dueAt(deployment: Deployment): number | null {
  const { state, progress, plan } = deployment;
  if (state.status === 'draft') return approvalDue(plan.policy, approvalAskedAt(deployment));
  if (state.status === 'approved') {
    const until = progress.hold?.until ?? null;
    const late = startDue(plan.policy, progress.approvedAt);
    return until === null || late === null ? until : Math.min(until, late);
  }
  if (
    state.status !== 'executing' &&
    state.status !== 'verifying' &&
    state.status !== 'rolling_back'
  ) {
    return null;
  }
  const retries = countOf(deployment, 'retrying') === 0 ? [] : retriesOf(deployment);
  const until = 'waitUntil' in state && state.waitUntil != null ? [state.waitUntil] : [];
  const all = [...retries, ...until];
  return all.length === 0 ? null : Math.max(...all);
}

function retriesOf({ state: { status }, targets }: Deployment): readonly number[] {
  const back = status === 'rolling_back';
  // The way back does not wait for what a deploy call was to wait for.
  return [...targets.values()].flatMap(({ state, retryAt }) =>
    retryAt === null || (back && state === 'started') ? [] : [retryAt],
  );
}

/**
 * Who has no slot yet waits in line for it: behind the others once approved,
 * before them to be rolled back.
 */
export function placeInLine(before: Deployment, after: Deployment): 'back' | 'front' | '' {
  if (after.state.status === 'approved' && before.state.status !== 'approved') return 'back';
  const reopened = after.state.status === 'rolling_back' && isTerminal(before.state.status);
  return reopened ? 'front' : '';
}

/** Where a deployment that is stored approved stands in line: a rollback stands before the others. */
export const firstPlace = ({ rollback }: Deployment): 'back' | 'front' =>
  rollback === null ? 'back' : 'front';
