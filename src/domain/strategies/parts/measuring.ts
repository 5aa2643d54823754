import type { MeasureStep, Step } from '../../model/plan/step.js';

/** The analyses that steps run in the background, each once. */
function inBackground(steps: readonly Step[]): readonly string[] {
  const names = steps.flatMap((step) =>
    step.kind === 'analyze' && step.mode === 'background' ? [step.analysis] : [],
  );
  return [...new Set(names)];
}

/** Waits for what is measured in the background by the end of `steps`; none where nothing is. */
function measuring(steps: readonly Step[], until: MeasureStep['until']): readonly MeasureStep[] {
  const [first, ...more] = inBackground(steps);
  return first === undefined ? [] : [{ kind: 'measure', analyses: [first, ...more], until }];
}

/**
 * The steps, with the waits for their analyses in the background. These get their rounds
 * before the last part begins: after it the old version serves nobody that one could
 * compare with, and the new one everybody. Their verdict comes at the end.
 *
 * @param last index of the step with which the last part begins
 */
export function withMeasuring(steps: readonly Step[], last: number): readonly Step[] {
  const before = steps.slice(0, last);
  return [
    ...before,
    ...measuring(before, 'rounds'),
    ...steps.slice(last),
    ...measuring(steps, 'verdict'),
  ];
}

/** The last step that changes anything. */
export const lastChange = (steps: readonly Step[]): number =>
  steps.findLastIndex(({ kind }) => CHANGES.has(kind));

const CHANGES: ReadonlySet<Step['kind']> = new Set(['deploy', 'shift', 'set_flag', 'retire']);
