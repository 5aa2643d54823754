import type { TargetId } from '../ids.js';
import { type Deployment, progressOf } from './deployment.js';
import type { CheckStep, DeployStep } from './step.js';

/** The failed targets that count against a step's tolerance. */
export function failuresAgainst(
  deployment: Deployment,
  step: DeployStep | CheckStep,
): readonly TargetId[] {
  const counted =
    step.tolerance.of === 'step' ? step.targets : deployment.plan.targets.map(({ id }) => id);
  return counted.filter((id) => progressOf(deployment, id).state === 'failed');
}

export const budgetExceeded = (deployment: Deployment, step: DeployStep | CheckStep): boolean =>
  failuresAgainst(deployment, step).length > step.tolerance.failures;
