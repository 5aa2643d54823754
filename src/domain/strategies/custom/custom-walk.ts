import type { TargetId } from '../../model/ids.js';
import type {
  CloseStep,
  MeasureStep,
  Step,
  TargetGroup,
  Tolerance,
} from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { servedAfter } from '../parts/lowest-serving.js';
import { impossible, type PlanRefusal, type StrategyInput } from '../parts/strategy.js';
import type { Group } from '../../model/plan/step-spec.js';

/** How far a list of steps has come: what the next of them may name. */
export interface Walk {
  readonly input: StrategyInput;
  readonly tolerance: Tolerance;
  readonly deployed: ReadonlySet<TargetId>;
  /** Deployed and not looked at since. */
  readonly unchecked: ReadonlySet<TargetId>;
  readonly retired: ReadonlySet<TargetId>;
  /** Flags that were set before. */
  readonly flags: ReadonlySet<string>;
  /** Those that have traffic. */
  readonly serving: ReadonlySet<TargetId>;
}

/** The targets that a word or a list stands for here; none is an answer too. */
export function groupOf(
  group: Group,
  path: string,
  { input, deployed }: Walk,
): Result<readonly TargetId[], PlanRefusal> {
  const { targets, colours } = input;
  if (typeof group === 'object') return listed(group, path, targets);
  switch (group) {
    case 'all':
      return ok(targets);
    case 'deployed':
      return ok(targets.filter((id) => deployed.has(id)));
    case 'rest':
      return ok(targets.filter((id) => !deployed.has(id)));
    case 'live':
    case 'idle':
      if (colours !== null) return ok(colours[group]);
      return impossible(
        path,
        `there are no colours to tell ${group} targets by: expected metadata.colour on every target, with two values`,
      );
  }
}

function listed(
  ids: readonly TargetId[],
  path: string,
  targets: readonly TargetId[],
): Result<readonly TargetId[], PlanRefusal> {
  const known = new Set(targets);
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) return impossible(path, `${unknown} is no target of the service`);
  if (new Set(ids).size < ids.length) return impossible(path, 'a target is named twice');
  return ok(ids);
}

/** @param none what is said where it is empty */
export function filled(
  ids: readonly TargetId[],
  path: string,
  none: string,
): Result<TargetGroup, PlanRefusal> {
  const [first, ...rest] = ids;
  return first === undefined ? impossible(path, none) : ok([first, ...rest]);
}

export const isPercentage = (value: number): boolean => value >= 0 && value <= 100;

/** What people write; the others are added to it. */
export type WrittenStep = Exclude<Step, MeasureStep | CloseStep>;

/** The situation that a step leads to. */
export function past(walk: Walk, step: WrittenStep): Walk {
  switch (step.kind) {
    case 'deploy':
      return {
        ...walk,
        deployed: new Set([...walk.deployed, ...step.targets]),
        unchecked: new Set([...walk.unchecked, ...step.targets]),
      };
    case 'check': {
      const seen = new Set(step.targets);
      return { ...walk, unchecked: new Set([...walk.unchecked].filter((id) => !seen.has(id))) };
    }
    case 'shift':
      return { ...walk, serving: new Set(servedAfter(step)) };
    case 'retire':
      return { ...walk, retired: new Set([...walk.retired, ...step.targets]) };
    case 'set_flag':
      return { ...walk, flags: new Set([...walk.flags, step.flag]) };
    case 'wait':
    case 'gate':
    case 'analyze':
      return walk;
  }
}

/**
 * What the steps would leave with the old version without having said so;
 * `null` where it is nothing. One colour may well be left as it is.
 */
export function leftOut({ input, deployed, serving }: Walk): string | null {
  const spared = new Set(input.routed ? input.colours?.live : []);
  const forgotten = input.targets.find((id) => !deployed.has(id) && !spared.has(id));
  const partial = 'expected every target, or partial: true';
  if (forgotten !== undefined) return `${forgotten} is not deployed to: ${partial}`;
  const old = [...serving].find((id) => !deployed.has(id));
  if (old !== undefined)
    return `${old} still has traffic in the end, with the old version: ${partial}`;
  const dark = input.targets.find((id) => deployed.has(id) && !serving.has(id));
  if (dark !== undefined) return `${dark} has no traffic in the end: ${partial}`;
  return null;
}
