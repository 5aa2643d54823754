import type { Tolerance } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { amountOf } from '../../model/plan/amount.js';
import { impossible, type PlanRefusal } from '../parts/strategy.js';
import type { Room } from '../parts/capacity.js';
import type { CanaryStage, StageSettings } from '../../model/plan/strategy-spec.js';

export const DEFAULT_STAGES: readonly number[] = [10, 25, 50, 100];

/** What a stage reaches, in percent, with everything filled in. */
export interface Reach {
  readonly number: number;
  /** Where what it is to reach was written: `strategy.stages.0`, or the field of it. */
  readonly writtenAt: string;
  readonly targets: number;
  readonly weight: number;
  readonly settings: StageSettings;
}

/** How a canary takes targets. */
export interface CanaryPace {
  /** The most that may be out of service at once. */
  readonly room: Room;
  /** @param size of the batch */
  readonly tolerance: (size: number) => Tolerance;
}

/** How many targets have the version at the end of a stage: rounded up, and never none. */
export const reachedBy = (percent: number, total: number): number =>
  Math.max(1, amountOf(`${percent}%`, total, 'up'));

type Stages = readonly (number | CanaryStage)[];

/** The stages of a canary by targets: their share rises, and ends with all. */
export function targetStages(stages: Stages): Result<readonly Reach[], PlanRefusal> {
  const reached = stages.map((stage, at): Reach => {
    const said = typeof stage === 'number' ? { targets: stage } : stage;
    const targets = said.targets ?? Number.NaN;
    const writtenAt = `strategy.stages.${at}`;
    return { number: at + 1, writtenAt, targets, weight: targets, settings: said };
  });
  const rising = reached.every(({ targets }, at) => targets > (reached[at - 1]?.targets ?? 0));
  if (rising && reached.at(-1)?.targets === 100) return ok(reached);
  return impossible(
    'strategy.stages',
    'expected rising percentages above 0 that end with 100, such as [10, 50, 100]',
  );
}

/**
 * The stages of a canary by weight, capacity apart from traffic. A stage that
 * gives no weight keeps the one before it; one that gives no targets has as
 * many as its weight is worth.
 *
 * @param separate whether the new version has targets of its own: where no stage
 * says how many, all are brought up at first
 */
export function weightStages(
  stages: Stages,
  separate: boolean,
): Result<readonly Reach[], PlanRefusal> {
  const upFront =
    separate && stages.every((stage) => typeof stage === 'number' || stage.targets === undefined);
  let before = { targets: 0, weight: 0 };
  const reached: Reach[] = [];
  for (const [at, stage] of stages.entries()) {
    const said = typeof stage === 'number' ? { weight: stage } : stage;
    const weight = said.weight ?? before.weight;
    const targets = said.targets ?? (upFront ? 100 : Math.max(before.targets, weight));
    const path = `strategy.stages.${at}`;
    const fault = faultOf(said, { targets, weight }, before);
    if (fault !== null) {
      // A number alone has no field to name.
      return impossible(said === stage ? `${path}${fault.field}` : path, fault.wanted);
    }
    before = { targets, weight };
    const field = said !== stage ? '' : said.targets === undefined ? '.weight' : '.targets';
    reached.push({
      number: at + 1,
      writtenAt: `${path}${field}`,
      ...{ targets, weight, settings: said },
    });
  }
  if (before.weight === 100 && before.targets === 100) return ok(reached);
  return impossible(
    'strategy.stages',
    'expected the last stage to give all targets all of the traffic, such as [10, 50, 100]',
  );
}

interface Levels {
  readonly targets: number;
  readonly weight: number;
}

function faultOf(
  said: CanaryStage,
  { targets, weight }: Levels,
  before: Levels,
): { readonly field: string; readonly wanted: string } | null {
  if (said.targets === undefined && said.weight === undefined) {
    return { field: '', wanted: 'expected targets, weight or both' };
  }
  if (!(weight >= before.weight && weight <= 100)) {
    return { field: '.weight', wanted: `expected a percentage from ${before.weight} to 100` };
  }
  if (said.targets === undefined && targets === 0) {
    const wanted = 'a weight of 0 puts the version on no target: expected targets as well';
    return { field: '.weight', wanted };
  }
  if (!(targets > 0 && targets >= before.targets && targets <= 100)) {
    const least = before.targets === 0 ? 'above 0, up' : `from ${before.targets}`;
    return { field: '.targets', wanted: `expected a percentage ${least} to 100` };
  }
  if (weight === before.weight && targets === before.targets) {
    return { field: '', wanted: 'expected more targets or more weight than the stage before' };
  }
  return null;
}
