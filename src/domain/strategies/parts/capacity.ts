import type { TargetId } from '../../model/ids.js';
import type { Tolerance } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { type Amount, amountOf } from '../../model/plan/amount.js';
import { impossible, type PlanRefusal, type StrategyInput } from './strategy.js';
import type { CanarySpec, StrategySpec } from '../../model/plan/strategy-spec.js';

type Situation = Pick<StrategyInput, 'targets' | 'colours' | 'routed'>;

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

/** Targets that must go on serving at any time; 0 where the spec sets no such limit. */
export function floorOf(spec: StrategySpec, situation: Situation): number {
  const { maxUnavailable: limit } = spec;
  if (limit === undefined) return 0;
  const serving = limitedOf(spec, situation).length;
  return Math.max(0, serving - amountOf(limit, serving, 'down'));
}

/** Nothing that has traffic has to be taken out to deploy. */
export const hasSpare = ({ colours, routed }: Situation): boolean =>
  routed && colours !== null && colours.live.length > 0;

/** The most targets that may be out of service at once. */
export function roomFor(
  limit: Amount | undefined,
  situation: Situation,
): Result<number, PlanRefusal> {
  if (limit === undefined) return ok(situation.targets.length);
  const total = servingOf(situation).length;
  const room = amountOf(limit, total, 'down');
  if (room >= 1) return ok(room);
  return impossible(
    'strategy.maxUnavailable',
    `${limit} of ${total} targets leaves no batch to take: expected room for at least one`,
  );
}

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
