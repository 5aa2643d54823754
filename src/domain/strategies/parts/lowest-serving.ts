import { type Capacities, reaches, together } from '../../model/traffic/capacities.js';
import type { TargetId } from '../../model/ids.js';
import type { Narrowing } from '../../model/plan/deployment-plan.js';
import type { ShiftStep, Step } from '../../model/plan/step.js';

/** The targets that get traffic once the step is done. */
export const servedAfter = ({ to, from, percent }: ShiftStep): readonly TargetId[] => [
  ...(percent > 0 ? to : []),
  ...(percent < 100 ? from : []),
];

/**
 * The switch that leaves the traffic on the least capacity: the fewest targets, where all
 * can carry the same; `null` where none leaves it on less than had it. What only clears the targets that are deployed to next is no
 * switch.
 *
 * @param serving before the first step
 */
export function narrowingIn(
  steps: readonly Step[],
  serving: readonly TargetId[],
  capacities?: Capacities,
): (Narrowing & { readonly capacity: number }) | null {
  let now: readonly TargetId[] = serving;
  let fewest: ReturnType<typeof narrowingIn> = null;
  const before = together(capacities, serving);
  for (const [at, step] of steps.entries()) {
    if (step.kind !== 'shift') continue;
    const after = servedAfter(step);
    const capacity = together(capacities, after);
    const isLess = !reaches(capacity, fewest?.capacity ?? before);
    if (isLess && !clears(now, after, nextIn(steps, at))) {
      const of = capacities !== undefined && { part: capacity / before };
      fewest = { step: at, from: serving.length, to: after.length, ...of, capacity };
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
 * The least capacity that serves at any moment of these steps: those targets that have
 * traffic and are not just being replaced. Their number, where all can carry the same.
 *
 * @param serving before the first step
 */
export function lowestServing(
  steps: readonly Step[],
  serving: readonly TargetId[],
  capacities?: Capacities,
): number {
  let now = new Set(serving);
  let all = together(capacities, now);
  let lowest = all;
  for (const step of steps) {
    if (step.kind === 'shift') {
      now = new Set(servedAfter(step));
      all = together(capacities, now);
      lowest = Math.min(lowest, all);
    } else if (step.kind === 'deploy') {
      const away = step.targets.filter((id) => now.has(id));
      lowest = Math.min(lowest, all - together(capacities, away));
    }
  }
  return lowest;
}
