import { type Deployment, progressOf } from '../plan/deployment.js';
import type { TargetState } from '../plan/target.js';

/** A target in one of these serves nobody, as far as this deployment knows. */
const DOWN: ReadonlySet<TargetState> = new Set([
  'started',
  'failed',
  'restoring',
  'unrestored',
  'retiring',
  'retired',
]);

/** How many more targets may be taken out of service before the plan's floor is reached. */
export function spareCapacity(deployment: Deployment): number {
  const { targets, floor } = deployment.plan;
  if (floor === 0) return targets.length;
  const serving = targets.filter(({ id }) => !DOWN.has(progressOf(deployment, id).state));
  return serving.length - floor;
}

export const isDown = (state: TargetState): boolean => DOWN.has(state);
