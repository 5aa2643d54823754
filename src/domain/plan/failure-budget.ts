import type { TargetId } from '../model/ids.js';
import { countOf, type Deployment, progressOf } from '../model/deployment/deployment.js';
import type { CheckStep, DeployStep } from '../model/plan/step.js';

type Counted = DeployStep | CheckStep;

const hasFailed = (deployment: Deployment, id: TargetId): boolean =>
  progressOf(deployment, id).state === 'failed';

/** The failed targets that count against a step's tolerance. */
export function failuresAgainst(deployment: Deployment, step: Counted): readonly TargetId[] {
  const counted =
    step.tolerance.of === 'step' ? step.targets : deployment.plan.targets.map(({ id }) => id);
  return counted.filter((id) => hasFailed(deployment, id));
}

export function budgetExceeded(deployment: Deployment, step: Counted): boolean {
  const { failures, of } = step.tolerance;
  const failed = countOf(deployment, 'failed');
  if (of === 'plan' || failed <= failures) return failed > failures;
  return failuresAgainst(deployment, step).length > failures;
}
