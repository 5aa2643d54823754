import { type Capacities, capacityOf, reaches, together } from '../../model/traffic/capacities.js';
import type { TargetId } from '../../model/ids.js';
import type { Tolerance } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { type Amount, amountOf } from '../../model/plan/amount.js';
import { impossible, type PlanRefusal, type StrategyInput } from './strategy.js';
import type { CanarySpec, StrategySpec } from '../../model/plan/strategy-spec.js';

type Situation = Pick<StrategyInput, 'targets' | 'colours' | 'routed' | 'capacities'>;

/** The targets that have the traffic before anything is done. */
export const servingOf = ({ targets, colours, routed }: Situation): readonly TargetId[] =>
  routed && colours !== null && colours.live.length > 0 ? colours.live : targets;

/** Whether a canary moves traffic, not only targets. */
export const byTraffic = ({ traffic = false, stages = [] }: CanarySpec): boolean =>
  traffic || stages.some((stage) => typeof stage === 'object' && stage.weight !== undefined);

/** One colour gets the version while the other has the traffic. */
const isBeside = (spec: StrategySpec): boolean =>
  spec.kind === 'blue_green' || (spec.kind === 'canary' && byTraffic(spec));

/**
 * The targets that a strategy's limit is counted over: those that have the traffic.
 * Where one colour is brought up beside another, and neither is live yet, nobody has.
 */
export const limitedOf = (spec: StrategySpec, situation: Situation): readonly TargetId[] =>
  isBeside(spec) && situation.colours?.live.length === 0 ? [] : servingOf(situation);

/** Capacity that must go on serving at any time: targets, where all can carry the same. 0 where the spec sets no such limit. */
export function floorOf(spec: StrategySpec, situation: Situation): number {
  const { maxUnavailable: limit } = spec;
  if (limit === undefined) return 0;
  const { capacities } = situation;
  const serving = limitedOf(spec, situation);
  return Math.max(0, together(capacities, serving) - spareOf(limit, serving, capacities));
}

/**
 * What may be out of service of these: as much as a number of the largest have, or a
 * percentage of what all have together. Where all can carry the same, that is targets.
 */
function spareOf(
  limit: Amount,
  serving: readonly TargetId[],
  capacities: Capacities | undefined,
): number {
  if (capacities === undefined) return amountOf(limit, serving.length, 'down');
  if (typeof limit === 'string') {
    return (Number.parseFloat(limit) / 100) * together(capacities, serving);
  }
  const sizes = serving.map((id) => capacityOf(capacities, id)).toSorted((a, b) => b - a);
  return sizes.slice(0, limit).reduce((sum, size) => sum + size, 0);
}

/** Nothing that has traffic has to be taken out to deploy. */
export const hasSpare = ({ colours, routed }: Situation): boolean =>
  routed && colours !== null && colours.live.length > 0;

/** What may be out of service at once. */
export interface Room {
  readonly targets: number;
  /** What these can carry together; not said where their number is all that counts. */
  readonly capacity?: number;
}

export function roomFor(
  limit: Amount | undefined,
  situation: Situation,
): Result<Room, PlanRefusal> {
  if (limit === undefined) return ok({ targets: situation.targets.length });
  const { capacities } = situation;
  const serving = servingOf(situation);
  if (capacities !== undefined && typeof limit === 'string') {
    return roomByCapacity(limit, serving, capacities);
  }
  const room = amountOf(limit, serving.length, 'down');
  if (room >= 1) return ok({ targets: room });
  return impossible(
    'strategy.maxUnavailable',
    `${limit} of ${serving.length} targets leaves no batch to take: expected room for at least one`,
  );
}

/** Each of them has to be taken out once, the largest too. */
function roomByCapacity(
  limit: `${number}%`,
  serving: readonly TargetId[],
  capacities: Capacities,
): Result<Room, PlanRefusal> {
  const all = together(capacities, serving);
  const capacity = spareOf(limit, serving, capacities);
  const largest = serving.reduce((most, id) =>
    capacityOf(capacities, id) > capacityOf(capacities, most) ? id : most,
  );
  const its = capacityOf(capacities, largest);
  if (reaches(capacity, its)) return ok({ targets: serving.length, capacity });
  const least = Math.ceil((1_000 * 100 * its) / all) / 1_000;
  return impossible(
    'strategy.maxUnavailable',
    `${limit} of the capacity does not leave room to take ${largest} out, which has ${percentOf(its / all)}% of it: expected at least ${least}%`,
  );
}

const percentOf = (part: number): number => Number((100 * part).toFixed(1));

/** What may fail over the whole plan. */
export function toleranceOf(
  tolerated: Amount | undefined,
  total: number,
): Result<Tolerance, PlanRefusal> {
  const failures = amountOf(tolerated ?? 0, total, 'down');
  if (!(failures >= 0)) {
    return impossible('strategy.failureTolerance', 'expected a number of targets or a percentage');
  }
  if (failures >= total) {
    return impossible(
      'strategy.failureTolerance',
      `every one of the ${total} targets could fail: expected to tolerate fewer`,
    );
  }
  return ok({ failures, of: 'plan' });
}
