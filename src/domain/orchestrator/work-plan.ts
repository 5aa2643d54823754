import { workOwed } from './work-owed.js';
import type { Deployment } from '../plan/deployment.js';
import { isTerminal } from '../plan/plan-state.js';

/** Whether the transition calls for other work than before, which then is a job of its own. */
export function isNewWork(before: Deployment, after: Deployment): boolean {
  const now = workOwed(after);
  return now !== null && now.kind !== workOwed(before)?.kind;
}

/** When a deployment that rests goes on (epoch milliseconds); `null` where it does not rest. */
export function dueAt({ state, targets }: Deployment): number | null {
  if (
    state.status !== 'executing' &&
    state.status !== 'verifying' &&
    state.status !== 'rolling_back'
  ) {
    return null;
  }
  const retries = [...targets.values()].flatMap(({ retryAt }) => retryAt ?? []);
  const until = 'waitUntil' in state && state.waitUntil !== null ? [state.waitUntil] : [];
  const all = [...retries, ...until];
  return all.length === 0 ? null : Math.max(...all);
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
