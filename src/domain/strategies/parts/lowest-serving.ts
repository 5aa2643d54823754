import type { TargetId } from '../../model/ids.js';
import type { Narrowing } from '../../model/plan/deployment-plan.js';
import type { ShiftStep, Step } from '../../model/plan/step.js';

/** The targets that get traffic once the step is done. */
export const servedAfter = ({ to, from, percent }: ShiftStep): readonly TargetId[] => [
  ...(percent > 0 ? to : []),
  ...(percent < 100 ? from : []),
];

/**
 * The switch that leaves the traffic on the fewest targets; `null` where none leaves it
 * on fewer than had it. What only clears the targets that are deployed to next is no
 * switch.
 *
 * @param serving before the first step
 */
export function narrowingIn(
  steps: readonly Step[],
  serving: readonly TargetId[],
): Narrowing | null {
  let now: readonly TargetId[] = serving;
  let fewest: Narrowing | null = null;
  for (const [at, step] of steps.entries()) {
    if (step.kind !== 'shift') continue;
    const after = servedAfter(step);
    const to = after.length;
    const isFewer = to < (fewest?.to ?? serving.length);
    if (isFewer && !clears(now, after, nextIn(steps, at))) {
      fewest = { step: at, from: serving.length, to };
    }
    now = after;
  }
  return fewest;
}

/** The next step that is not only the removal of what is at the same place. */
const nextIn = (steps: readonly Step[], at: number): Step | undefined =>
  steps.slice(at + 1, at + 3).find(({ kind }) => kind !== 'retire');

function clears(
  before: readonly TargetId[],
  after: readonly TargetId[],
  next: Step | undefined,
): boolean {
  if (next?.kind !== 'deploy') return false;
  const spared = new Set([...after, ...next.targets]);
  return before.every((id) => spared.has(id));
}

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
