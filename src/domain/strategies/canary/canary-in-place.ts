import { type Capacities, together } from '../../model/traffic/capacities.js';
import type { TargetId } from '../../model/ids.js';
import type { ShiftStep, Step, TargetGroup } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { batchesOf, checkOf, placed } from '../parts/batches.js';
import { restOf } from '../../model/plan/percentage.js';
import { type CanaryPace, type Reach, reachedBy } from './canary-stages.js';
import { bounded } from '../parts/plan-size.js';
import type { Stage } from '../parts/stages.js';
import { impossible, type PlanRefusal, type StrategyInput } from '../parts/strategy.js';

/**
 * A canary by weight on targets that have the traffic already: a batch gives its
 * share to the others before it is touched, and the new version gets its weight
 * when it was checked. In the end, all have the same.
 */
export function inPlaceCanary(
  reaches: readonly Reach[],
  { targets, checked, capacities }: StrategyInput,
  { room, tolerance }: CanaryPace,
): Result<readonly Stage[], PlanRefusal> {
  const batches = batchesOf(targets, room, capacities).length;
  const size = bounded((batches + reaches.length) * targets.length);
  if (!size.ok) return size;
  let fresh: readonly TargetId[] = [];
  let shares: ShiftStep | null = null;
  let before = 0;
  const stages: Stage[] = [];
  for (const reach of reaches) {
    const { number, settings, weight, targets: percent } = reach;
    const until = Math.max(fresh.length, reachedBy(percent, targets.length));
    const added = targets.slice(fresh.length, until);
    const steps: Step[] = [];
    const move = (next: ShiftStep): void => {
      if (shares === null || !sameShares(shares, next)) steps.push(next);
      shares = next;
    };
    for (const batch of batchesOf(added, room, capacities)) {
      const others = targets.slice(fresh.length + batch.length);
      const [first, ...more] = fresh.length > 0 ? fresh : others;
      if (first === undefined) return nothingServes(number, targets.length);
      const beside = fresh.length > 0 ? others : [];
      move(
        shareOut([first, ...more], beside, worth({ fresh, others, capacities }, before, weight)),
      );
      steps.push(...placed(batch, tolerance(batch.length), checked));
      fresh = targets.slice(0, fresh.length + batch.length);
    }
    const old = targets.slice(fresh.length);
    if (old.length === 0 && weight < 100) return nothingOld(reach, targets.length);
    move(shareOut([targets[0], ...fresh.slice(1)], old, weight));
    before = weight;
    const recheck = checkOf(added, tolerance(added.length), checked);
    stages.push({ number, settings, steps, recheck, targets: fresh, baseline: old });
  }
  return ok(stages);
}

/** Where nothing is beside it, a group has everything. */
const shareOut = (to: TargetGroup, from: readonly TargetId[], percent: number): ShiftStep => ({
  kind: 'shift',
  to,
  from,
  percent: from.length === 0 ? 100 : percent,
});

/**
 * While a stage takes several batches, the new version gets what its part of the
 * capacity is worth, and never more than the stage gives it: so no target gets
 * more than the stage asks for because others are away.
 */
function worth({ fresh, others, capacities }: Beside, least: number, most: number): number {
  const its = together(capacities, fresh);
  const part = (100 * its) / (its + together(capacities, others));
  return Math.min(most, Math.max(least, Math.round(part * 1_000) / 1_000));
}

interface Beside {
  readonly fresh: readonly TargetId[];
  readonly others: readonly TargetId[];
  readonly capacities: Capacities | undefined;
}

/** Whether two steps come to the same; their groups are parts of one list, in its order. */
function sameShares(one: ShiftStep, other: ShiftStep): boolean {
  const [a, b] = [served(one), served(other)];
  return (
    a.percent === b.percent &&
    a.to[0] === b.to[0] &&
    a.to.length === b.to.length &&
    a.from.length === b.from.length
  );
}

interface Shares {
  readonly to: readonly TargetId[];
  readonly from: readonly TargetId[];
  readonly percent: number;
}

/** Written so that nothing is named that gets no traffic. */
function served({ to, from, percent }: ShiftStep): Shares {
  if (percent === 0) return { to: from, from: [], percent: 100 };
  return { to, from: percent === 100 ? [] : from, percent };
}

const nothingServes = (stage: number, total: number): Result<never, PlanRefusal> =>
  impossible(
    `strategy.stages.${stage - 1}`,
    `it takes all ${total} targets at once, and none would serve meanwhile: expected several targets and a smaller first stage or maxUnavailable`,
  );

function nothingOld(
  { writtenAt, weight, targets, settings }: Reach,
  total: number,
): Result<never, PlanRefusal> {
  const isWritten = 'targets' in settings && settings.targets !== undefined;
  const [percent, wanted] = isWritten
    ? [targets, 'fewer']
    : [weight, 'less, or targets of its own'];
  return impossible(
    writtenAt,
    `${percent}% takes all ${total} targets, and none would have the old version for the other ${restOf(weight)}% of the traffic: expected ${wanted}`,
  );
}
