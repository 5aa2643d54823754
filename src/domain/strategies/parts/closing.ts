import type { TargetId } from '../../model/ids.js';
import type { ShiftStep, Step, StepKind } from '../../model/plan/step.js';

/** What may judge the new version: until it has, going back is one switch. */
const JUDGING: ReadonlySet<StepKind> = new Set([
  'deploy',
  'shift',
  'check',
  'analyze',
  'measure',
  'gate',
  'set_flag',
]);

/**
 * The steps, with the end of persistent clients: where the last shift leaves targets
 * without any traffic, these are closed to all clients once the grace has passed.
 *
 * @param graceMs milliseconds; `null`: persistent clients are let
 */
export function withClosing(
  steps: readonly Step[],
  targets: readonly TargetId[],
  graceMs: number | null,
): readonly Step[] {
  const shift = steps.findLast((step): step is ShiftStep => step.kind === 'shift');
  if (graceMs === null || shift?.percent !== 100) return steps;
  const to = new Set(shift.to);
  const [first, ...rest] = targets.filter((id) => !to.has(id));
  if (first === undefined) return steps;
  const at = steps.findLastIndex(({ kind }) => JUDGING.has(kind)) + 1;
  return [
    ...steps.slice(0, at),
    ...(graceMs > 0 ? [{ kind: 'wait', ms: graceMs } as const] : []),
    { kind: 'close', targets: [first, ...rest] },
    ...steps.slice(at),
  ];
}
