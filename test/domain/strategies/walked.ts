import fc from 'fast-check';
import type { TargetId } from '../../../src/domain/model/ids.js';
import type { ShiftStep, Step, StepKind } from '../../../src/domain/model/plan/step.js';
import { coloured, equipped } from './sketch.js';

export const RUNS = { numRuns: 1_000 };
export const count = fc.integer({ min: 1, max: 60 });
export const inPlace = fc
  .tuple(count, fc.boolean())
  .map(([total, checked]) => equipped(total, { checked }));
export const withColours = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.nat(20), fc.boolean(), fc.boolean())
  .map(([idle, live, idleServes, checked]) =>
    coloured(idle + live, live, { idleServes: idleServes && live > 0, checked }),
  );
export const situation = fc.oneof(inPlace, withColours);

export const of = <Kind extends StepKind>(steps: readonly Step[], kind: Kind) =>
  steps.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);
export const batches = (steps: readonly Step[]): readonly (readonly TargetId[])[] =>
  of(steps, 'deploy').map(({ targets }) => targets);

/** What part of the traffic each target has after a shift, as the step itself says it. */
export const sharesAfter = ({ to, from, percent }: ShiftStep): ReadonlyMap<TargetId, number> =>
  new Map([
    ...from.map((id) => [id, (100 - percent) / from.length] as const),
    ...to.map((id) => [id, percent / to.length] as const),
  ]);

/** The part of the traffic that deployed targets have together. */
export const newPart = (shift: ShiftStep, deployed: ReadonlySet<TargetId>): number =>
  [...sharesAfter(shift)].reduce((sum, [id, part]) => sum + (deployed.has(id) ? part : 0), 0);

/** Calls back for each step with the targets that were deployed before it. */
export function walked(
  steps: readonly Step[],
  see: (step: Step, deployed: ReadonlySet<TargetId>, at: number) => void,
): void {
  const deployed = new Set<TargetId>();
  for (const [at, step] of steps.entries()) {
    see(step, deployed, at);
    if (step.kind === 'deploy') for (const id of step.targets) deployed.add(id);
  }
}
