import type { TargetId } from '../../model/ids.js';
import type { CheckStep, DeployStep, TargetGroup, Tolerance } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { type Amount, amountOf } from '../../model/plan/amount.js';
import { roomFor, toleranceOf } from './capacity.js';
import { impossible, type PlanRefusal, type StrategyInput } from './strategy.js';
import type { BatchSettings } from '../../model/plan/strategy-spec.js';

/** How targets are taken. */
export interface Pace {
  /** The most at once. */
  readonly size: number;
  readonly tolerance: Tolerance;
}

/** The size of a batch as asked for, whatever room there is. */
export function sizeOf(batchSize: Amount, total: number): Result<number, PlanRefusal> {
  const size = amountOf(batchSize, total, 'up');
  if (size >= 1) return ok(size);
  return impossible('strategy.batchSize', 'expected at least one target a batch');
}

export function paceOf(spec: BatchSettings, input: StrategyInput): Result<Pace, PlanRefusal> {
  const total = input.targets.length;
  const size = sizeOf(spec.batchSize ?? 1, total);
  if (!size.ok) return size;
  const room = roomFor(spec.maxUnavailable, input);
  if (!room.ok) return room;
  const tolerance = toleranceOf(spec.failureTolerance, total);
  if (!tolerance.ok) return tolerance;
  return ok({ size: Math.min(size.value, room.value), tolerance: tolerance.value });
}

/** The same targets in the same order, in groups of at most `size`. */
export function batchesOf(targets: readonly TargetId[], size: number): readonly TargetGroup[] {
  const found: [TargetId, ...TargetId[]][] = [];
  for (const target of targets) {
    const last = found.at(-1);
    if (last !== undefined && last.length < size) last.push(target);
    else found.push([target]);
  }
  return found;
}

/** A batch, and the check of it where there are checks. */
export function placed(
  targets: TargetGroup,
  tolerance: Tolerance,
  checked: boolean,
): readonly (DeployStep | CheckStep)[] {
  return [{ kind: 'deploy', targets, tolerance }, ...checkOf(targets, tolerance, checked)];
}

export const checkOf = (
  targets: readonly TargetId[],
  tolerance: Tolerance,
  checked: boolean,
): readonly CheckStep[] => {
  const [first, ...rest] = targets;
  return checked && first !== undefined
    ? [{ kind: 'check', targets: [first, ...rest], tolerance }]
    : [];
};
