import { isFlagPercent, type FlagSetting, flagSpecOf } from '../../model/plan/flag-setting.js';
import type { SetFlagStep } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { MOST_STABLE } from '../../model/active-deployment.js';
import { flagNameIn, flagNameOf, isPerVersion } from './flag-name.js';
import { batchesOf, checkOf, paceOf, placed } from './batches.js';
import { flagStart } from './nobody-loses.js';
import { knownAnalyses, namesIn, type Stage, stageSteps, startsWithin } from './stages.js';
import { impossible, type PlanRefusal, type Strategy, type StrategyInput } from './strategy.js';
import type { FeatureFlagSpec, FlagStage } from '../../model/plan/strategy-spec.js';

const DEFAULT_STAGES: readonly number[] = [1, 10, 50, 100];

/** The version goes everywhere with its flag at 0; then the flag is widened, to the percentage asked for and no further. */
export const featureFlag: Strategy<FeatureFlagSpec> = (spec, input) => {
  const flag = flagOf(spec.flag, 'strategy.flag', input);
  if (!flag.ok) return flag;
  const widening = wideningOf(spec);
  if (!widening.ok) return widening;
  const pace = paceOf(spec, input);
  if (!pace.ok) return pace;
  const known = knownAnalyses(namesIn(spec.analysis, widening.value), input.analyses);
  if (!known.ok) return known;
  const within = startsWithin(spec.analysis, widening.value.length);
  if (!within.ok) return within;

  const { room, tolerance } = pace.value;
  const { targets, checked, capacities } = input;
  const lowest = Math.min(...widening.value.map(({ percent }) => percent));
  const start = flagStart(flag.value, lowest, 'strategy.flag', input);
  if (!start.ok) return start;
  const set = (percent: number): SetFlagStep => ({
    ...flag.value,
    percent: start.value.set(percent),
  });
  const stages = widening.value.map((stage, at): Stage => ({
    number: at + 1,
    settings: stage,
    steps: [set(stage.percent)],
    recheck: checkOf(targets, tolerance, checked),
    targets,
    baseline: [],
  }));
  return ok([
    // Before anything is touched: a flag must not show what is only half there. Where users have it already, they keep it.
    ...(start.value.now === 0 ? [set(0)] : []),
    ...batchesOf(targets, room, capacities).flatMap((batch) => placed(batch, tolerance, checked)),
    ...stageSteps(stages, { wait: spec.wait ?? 0, analysis: spec.analysis }),
  ]);
};

/** The flag asked for, or that of the service and version; and what holds for it. */
export function flagOf(
  setting: FlagSetting | undefined,
  path: string,
  { flagged, ref, version }: StrategyInput,
): Result<Omit<SetFlagStep, 'percent'>, PlanRefusal> {
  const { name, keep, onForeignChange, restart } = flagSpecOf(setting);
  const of = (flag: string): Result<Omit<SetFlagStep, 'percent'>, PlanRefusal> =>
    ok({
      ...{ kind: 'set_flag', flag },
      ...(onForeignChange && { onForeignChange }),
      ...(restart && { restart }),
    });
  if (!flagged) {
    return impossible('flags', 'the service has no flag store to set a flag in: expected one');
  }
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1 && keep <= MOST_STABLE)) {
    return impossible(
      `${path}.keep`,
      `expected how many versions' flags are kept, from 1 to ${MOST_STABLE}, got ${keep}`,
    );
  }
  if (name !== undefined) {
    if (keep === undefined || isPerVersion(name)) return of(flagNameIn(name, version));
    return impossible(
      `${path}.keep`,
      `flag ${name} is the same for every version: there are no flags of versions before. Write {version} in its name, or leave \`keep\` out`,
    );
  }
  if (ref !== null) return of(flagNameOf(ref, version));
  return impossible(path, 'expected the name of a flag');
}

function wideningOf({
  stages,
  percentage,
}: FeatureFlagSpec): Result<readonly FlagStage[], PlanRefusal> {
  const asked = stages ?? (percentage === undefined ? DEFAULT_STAGES : [percentage]);
  const said = asked.map((stage) => (typeof stage === 'number' ? { percent: stage } : stage));
  const end = said.at(-1)?.percent;
  if (percentage !== undefined && !(percentage >= 0 && percentage <= 100 && percentage === end)) {
    return impossible(
      'strategy.percentage',
      'expected a percentage from 0 to 100, the same that the last stage sets',
    );
  }
  const rising = said.every(({ percent }, at) => percent > (said[at - 1]?.percent ?? 0));
  if (end !== undefined && end <= 100 && (rising || stages === undefined)) {
    for (const [at, { percent }] of said.entries()) {
      const path = stages === undefined ? 'strategy.percentage' : `strategy.stages.${at}`;
      if (!isFlagPercent(percent)) return unsettable(path, percent);
    }
    return ok(said);
  }
  return impossible(
    'strategy.stages',
    'expected rising percentages above 0 and up to 100, such as [1, 10, 50, 100]',
  );
}

/** No flag store can keep to it: better said before any target is touched. */
export const unsettable = (path: string, percent: number): Result<never, PlanRefusal> =>
  impossible(path, `expected a percentage from 0 to 100 in steps of 0.001, got ${percent}`);
