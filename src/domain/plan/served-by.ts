import type { TargetId } from '../ids.js';
import type { Step } from './step.js';

/** The targets that serve again once the step is done: those of a deploy that is checked next wait for that. */
export function servedBy(steps: readonly Step[], at: number): readonly TargetId[] {
  const step = steps[at];
  if (step?.kind === 'check') return step.targets;
  if (step?.kind !== 'deploy') return [];
  const next = steps[at + 1];
  const checked = next?.kind === 'check' && step.targets.every((id) => next.targets.includes(id));
  return checked ? [] : step.targets;
}
