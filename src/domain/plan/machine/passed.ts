import { type Deployment, stepsOf } from '../../model/deployment/deployment.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';

/** The events of a step that is passed; behind the last one comes verification. */
export function passed(deployment: Deployment, step: number): readonly PlanEvent[] {
  const completed: PlanEvent = { type: 'deployment.step_completed', step };
  const last = step + 1 >= stepsOf(deployment).length;
  return last ? [completed, { type: 'deployment.verifying' }] : [completed];
}
