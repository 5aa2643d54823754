import type { TargetId } from '../../model/ids.js';
import type { ShiftStep, Step } from '../../model/plan/step.js';

/** The targets that get traffic once the step is done. */
export const servedAfter = ({ to, from, percent }: ShiftStep): readonly TargetId[] => [
  ...(percent > 0 ? to : []),
  ...(percent < 100 ? from : []),
];

/**
 * The fewest targets that serve at any moment of these steps: those that have
 * traffic and are not just being replaced.
 *
 * @param serving before the first step
 */
export function lowestServing(steps: readonly Step[], serving: readonly TargetId[]): number {
  let now = new Set(serving);
  let lowest = now.size;
  for (const step of steps) {
    if (step.kind === 'shift') {
      now = new Set(servedAfter(step));
      lowest = Math.min(lowest, now.size);
    } else if (step.kind === 'deploy') {
      const away = step.targets.filter((id) => now.has(id)).length;
      lowest = Math.min(lowest, now.size - away);
    }
  }
  return lowest;
}
