import type { Conclusion } from '../machine/decision.js';
import {
  type Deployment,
  executingAt,
  progressOf,
  stepsOf,
} from '../../model/deployment/deployment.js';
import { failure } from '../machine/failure.js';
import { budgetExceeded, failuresAgainst } from '../failure-budget.js';
import type { CheckStep, DeployStep, Step } from '../../model/plan/step.js';
import { isFlagSet } from '../machine/report-rules.js';
import { awaitedAnalyses } from '../awaited-analyses.js';
import { passed } from '../machine/passed.js';

/** Nothing is left to do at this step: it goes on, or too many of its targets have failed. */
export const stepEnd =
  (number: number): Conclusion =>
  (deployment) => {
    const step = stepsOf(deployment)[number];
    if (step === undefined || executingAt(deployment, number) === null) return [];
    if (isOpen(deployment, step, number)) return [];
    const counts = step.kind === 'deploy' || step.kind === 'check';
    return counts && budgetExceeded(deployment, step)
      ? [failure(deployment, sayFailed(deployment, step))]
      : passed(deployment, number);
  };

/** Whether a step still lacks something. */
function isOpen(deployment: Deployment, step: Step, number: number): boolean {
  const { progress, analyses } = deployment;
  switch (step.kind) {
    case 'deploy':
    case 'check':
      return isUnderWay(deployment, step);
    case 'retire':
      return step.targets.some((id) =>
        ['pending', 'retiring'].includes(progressOf(deployment, id).state),
      );
    case 'set_flag':
      return !isFlagSet(deployment, step);
    case 'gate':
      return !progress.promotedToEnd;
    case 'analyze':
      return step.mode === 'inline' && !progress.promotedToEnd && analyses[number]?.report == null;
    case 'measure':
      return awaitedAnalyses(deployment, step).length > 0;
    // What the router says is the worker's to look at.
    case 'shift':
    case 'close':
    case 'wait':
      return false;
  }
}

/** Past its tolerance a step begins and repeats nothing more; only calls still going on keep it open. */
function isUnderWay(deployment: Deployment, step: DeployStep | CheckStep): boolean {
  const going = !budgetExceeded(deployment, step);
  return step.targets.some((id) => {
    const { state, retryAt } = progressOf(deployment, id);
    if (state === 'started') return going || retryAt === null;
    return step.kind === 'deploy' && state === 'pending' && going;
  });
}

function sayFailed(deployment: Deployment, step: DeployStep | CheckStep): string {
  const said = failuresAgainst(deployment, step).map(
    (id) => `${id}: ${progressOf(deployment, id).error}`,
  );
  const shown = said.slice(0, 3).join('; ');
  const more = said.length > 3 ? `; and ${said.length - 3} more` : '';
  const allowed = step.tolerance.failures;
  return `${said.length} of ${deployment.plan.targets.length} targets failed (${allowed} tolerated): ${shown}${more}`;
}
