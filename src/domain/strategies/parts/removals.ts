import type { RemovedTarget } from '../../model/plan/removed-target.js';
import type { Step } from '../../model/plan/step.js';
import type { TargetId } from '../../model/ids.js';

/**
 * The steps, with the removal of what left the configuration: of what is at the place of
 * a target under another name right before that is deployed to, of all else at the end,
 * when the new version serves.
 */
export function withRemovals(
  steps: readonly Step[],
  removed: readonly RemovedTarget[],
): readonly Step[] {
  if (removed.length === 0) return steps;
  const before = new Map(
    removed.flatMap(({ target, fate, placeOf }) =>
      fate === 'retire_first' && placeOf !== undefined ? [[placeOf, target.id] as const] : [],
    ),
  );
  const last = removed.flatMap(({ target, fate }) => (fate === 'retire' ? [target.id] : []));
  return [
    ...steps.flatMap((step) => {
      if (step.kind !== 'deploy') return [step];
      const there = step.targets.flatMap((id) => before.get(id) ?? []);
      return [...retiring(there), step];
    }),
    ...retiring(last),
  ];
}

function retiring([first, ...rest]: readonly TargetId[]): readonly Step[] {
  return first === undefined ? [] : [{ kind: 'retire', targets: [first, ...rest] }];
}
