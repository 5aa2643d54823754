import { progressOf } from '../plan/deployment.js';
import { budgetExceeded } from '../plan/failure-budget.js';
import type { CheckStep } from '../plan/step.js';
import { inLanes, type Leg, type Rest, targetsOf } from './leg.js';
import { serveTargets } from './serve-targets.js';

/** Checks targets that took the version; those that are well go back into service. */
export async function checkTargets(leg: Leg, step: CheckStep): Promise<Rest> {
  const { journal, checker, abort, clock } = leg;
  if (checker === null) return serveTargets(leg, step.targets);
  await journal.flush();
  const { service, environment, version } = journal.deployment;
  const subjects = targetsOf(leg, step.targets)
    .filter(({ id }) => progressOf(journal.deployment, id).state === 'updated')
    .map((target) => ({ service, environment, version, target }));
  await inLanes(subjects, subjects.length, async (subject) => {
    const { status, reason } = await checker.runAllConcurrently([subject], abort);
    if (abort.aborted || status === 'healthy' || status === 'degraded') return;
    const at = clock.now();
    const target = subject.target.id;
    const error = `${status}: ${reason}`;
    journal.submit({ type: 'fail_target', target, error, transient: false, evidence: null, at });
  });
  if (abort.aborted) return clock.now();
  // The step will not be completed: the record would say of what serves that it is held back.
  if (budgetExceeded(journal.deployment, step)) return null;
  return serveTargets(leg, step.targets);
}
