import type { Step } from '../../model/plan/step.js';
import { impossible, type PlanRefusal } from './strategy.js';
import { ok, type Result } from '../../model/result.js';

const MOST_NAMED = 250_000;

/** A stored plan grows with every target that a step names: many batches that each name all the others are too much. */
export function bounded(names: number): Result<null, PlanRefusal> {
  if (names <= MOST_NAMED) return ok(null);
  return impossible(
    'strategy',
    `its steps would name targets ${names} times, and at most ${MOST_NAMED} can be kept: expected larger batches, or fewer stages`,
  );
}

/** How often steps name a target. */
export const namedBy = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + named(step), 0);

function named(step: Step): number {
  switch (step.kind) {
    case 'deploy':
    case 'check':
    case 'close':
    case 'retire':
      return step.targets.length;
    case 'shift':
      return step.to.length + step.from.length;
    case 'analyze':
      return step.targets.length + step.baseline.length;
    case 'wait':
    case 'gate':
    case 'set_flag':
    case 'measure':
      return 0;
  }
}
