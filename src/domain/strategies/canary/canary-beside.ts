import type { ShiftStep, Step, TargetGroup } from '../../model/plan/step.js';
import { checkOf, placed } from '../parts/batches.js';
import { type CanaryPace, type Reach, reachedBy } from './canary-stages.js';
import { type Colours, toLiveAlone } from '../parts/colours.js';
import type { Stage } from '../parts/stages.js';

/**
 * A canary on targets of its own: the idle colour gets the version while it has
 * no traffic, and then, stage by stage, the traffic of the live one.
 */
export function besideCanary(
  reaches: readonly Reach[],
  colours: Colours,
  checked: boolean,
  { tolerance }: CanaryPace,
): readonly Stage[] {
  const { live, idle } = colours;
  let reached = 0;
  let last: ShiftStep | null = null;
  return reaches.map(({ number, settings, weight, targets }, at): Stage => {
    const until = Math.max(reached, reachedBy(targets, idle.length));
    const [first, ...more] = idle.slice(reached, until);
    reached = until;
    const fresh: TargetGroup = [idle[0], ...idle.slice(1, reached)];
    // Where nothing is live, the first weight is all of it: there is nobody to share with.
    const percent = live.length === 0 ? 100 : weight;
    const stands = last?.percent === percent && last.to.length === fresh.length;
    const shift: ShiftStep = { kind: 'shift', to: fresh, from: live, percent };
    const moves = weight > 0 && !stands;
    if (moves) last = shift;
    const steps: readonly Step[] = [
      ...(at === 0 ? toLiveAlone(colours) : []),
      ...(first === undefined ? [] : placed([first, ...more], tolerance(more.length + 1), checked)),
      ...(moves ? [shift] : []),
    ];
    const recheck = checkOf(fresh, tolerance(fresh.length), checked);
    return { number, settings, steps, recheck, targets: fresh, baseline: live };
  });
}
