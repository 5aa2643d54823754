import { progressOf } from '../../model/deployment/deployment.js';
import { statusOf } from '../../model/service-status.js';
import { budgetExceeded } from '../../plan/failure-budget.js';
import type { CheckStep } from '../../model/plan/step.js';
import { allToTheirEnds, type Pass, type WaitUntil, targetsOf } from '../pass/pass.js';
import { takeActingStep } from './take-acting-step.js';

/** Checks targets that took the version; those that are well go back into rotation. */
export async function checkTargets(pass: Pass, step: CheckStep, at: number): Promise<WaitUntil> {
  const { journal, checker, abort, clock } = pass;
  if (checker === null) return takeActingStep(pass, step, at);
  await journal.flush();
  const { service, environment, version } = journal.deployment;
  const subjects = targetsOf(pass, step.targets)
    .filter(({ id }) => progressOf(journal.deployment, id).state === 'updated')
    .map((target) => ({ service, environment, version, target }));
  await allToTheirEnds(
    subjects.map(async (subject) => {
      const { status, reason } = await checker.runAllConcurrently([subject], abort);
      if (abort.aborted) return;
      const target = subject.target.id;
      if (status === 'healthy' || status === 'degraded') {
        const { bad } = statusOf(journal.service, target);
        if (bad !== null) journal.report({ type: 'deployment.target_recovered', target });
        return;
      }
      const found = { target, error: `${status}: ${reason}`, evidence: null };
      journal.report({ type: 'deployment.target_failed', ...found, cause: 'check' });
    }),
  );
  if (abort.aborted) return clock.now();
  if (budgetExceeded(journal.deployment, step)) return null;
  return takeActingStep(pass, step, at);
}
