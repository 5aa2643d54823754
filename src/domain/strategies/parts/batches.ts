import { type Capacities, capacityOf, reaches } from '../../model/traffic/capacities.js';
import type { TargetId } from '../../model/ids.js';
import type { CheckStep, DeployStep, TargetGroup, Tolerance } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { type Amount, amountOf } from '../../model/plan/amount.js';
import { type Room, roomFor, toleranceOf } from './capacity.js';
import { impossible, type PlanRefusal, type StrategyInput } from './strategy.js';
import type { BatchSettings } from '../../model/plan/strategy-spec.js';

/** How targets are taken. */
export interface Pace {
  /** The most at once. */
  readonly room: Room;
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
  const targets = Math.min(size.value, room.value.targets);
  return ok({ room: { ...room.value, targets }, tolerance: tolerance.value });
}

/** The same targets in the same order, in groups as large as there is room for. */
export function batchesOf(
  targets: readonly TargetId[],
  { targets: size, capacity = Infinity }: Room,
  capacities?: Capacities,
): readonly TargetGroup[] {
  const found: [TargetId, ...TargetId[]][] = [];
  let taken = 0;
  for (const target of targets) {
    const last = found.at(-1);
    const its = capacityOf(capacities, target);
    if (last !== undefined && last.length < size && reaches(capacity, taken + its)) {
      last.push(target);
      taken += its;
    } else {
      found.push([target]);
      taken = its;
    }
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
