import { progressOf } from '../../model/deployment/deployment.js';
import { budgetExceeded } from '../../plan/failure-budget.js';
import type { CheckStep } from '../../model/plan/step.js';
import { allToTheirEnds, type Leg, type Rest, targetsOf } from '../pass/leg.js';
import { takeActingStep } from './take-acting-step.js';

/** Checks targets that took the version; those that are well go back into rotation. */
export async function checkTargets(leg: Leg, step: CheckStep, at: number): Promise<Rest> {
  const { journal, checker, abort, clock } = leg;
  if (checker === null) return takeActingStep(leg, step, at);
  await journal.flush();
  const { service, environment, version } = journal.deployment;
  const subjects = targetsOf(leg, step.targets)
    .filter(({ id }) => progressOf(journal.deployment, id).state === 'updated')
    .map((target) => ({ service, environment, version, target }));
  await allToTheirEnds(
    subjects.map(async (subject) => {
      const { status, reason } = await checker.runAllConcurrently([subject], abort);
      if (abort.aborted || status === 'healthy' || status === 'degraded') return;
      const target = subject.target.id;
      const found = { target, error: `${status}: ${reason}`, evidence: null };
      journal.report({ type: 'deployment.target_failed', ...found, cause: 'check' });
    }),
  );
  if (abort.aborted) return clock.now();
  if (budgetExceeded(journal.deployment, step)) return null;
  return takeActingStep(leg, step, at);
}
