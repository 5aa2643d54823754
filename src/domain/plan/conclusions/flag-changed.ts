import type { Conclusion } from '../machine/decision.js';
import { type Deployment, executingAt, stepsOf } from '../../model/deployment/deployment.js';
import type { EventOf, PlanEvent } from '../../model/deployment/plan-event.js';

type Changed = Omit<EventOf<'deployment.flag_changed'>, 'type'>;

/** A flag is not as it was left: it stays so until a person resumes, or the deployment goes back. */
export const flagChanged =
  (found: Changed): Conclusion =>
  (deployment) => {
    const step = stepsOf(deployment)[found.step];
    if (executingAt(deployment, found.step) === null || step?.kind !== 'set_flag') return [];
    const changed: PlanEvent = { ...found, type: 'deployment.flag_changed' };
    const isBack = step.onForeignChange === 'rollback';
    const then = isBack
      ? `it is not set to ${step.percent}%`
      : `resume to set it to ${step.percent}%, or abort`;
    const reason = `${whatIs(deployment, found)}; ${then}`;
    return isBack
      ? [changed, { type: 'deployment.rollback_started', reason, cause: 'failure' }]
      : [changed, { type: 'deployment.paused', reason }];
  };

function whatIs({ progress }: Deployment, { flag, found, before }: Changed): string {
  return progress.flags[flag] === undefined
    ? `flag ${flag} is at ${before}% already, and users who have it would lose it`
    : `flag ${flag} was changed by somebody else: it is ${found}`;
}
