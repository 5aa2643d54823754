import { flagOwnerWords } from '../../model/deployment/flag-owner-words.js';
import type { SetFlagStep } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { impossible, type PlanRefusal, type StrategyInput } from './strategy.js';

/** Where a flag begins, and how low its steps may set it. */
interface FlagStart {
  /** What it is at now; 0 where it shows nothing. */
  readonly now: number;
  /** The percentage that a step sets which asks for this one. */
  readonly set: (percent: number) => number;
}

/**
 * Users who have a feature keep it: a plan that would begin with less than the
 * flag is at is refused, unless it says that it starts anew. What goes back, and
 * what deploys the flag's own version once more, leaves it where it is. The flag
 * of another service is not set at all.
 *
 * @param first the first percentage that is asked for
 * @param path the field that names the flag
 */
export function flagStart(
  { flag, restart }: Pick<SetFlagStep, 'flag' | 'restart'>,
  first: number,
  path: string,
  { flagsAt = [], goesBack = false, version }: StrategyInput,
): Result<FlagStart, PlanRefusal> {
  const standing = flagsAt.find((each) => each.flag === flag);
  if (standing?.owner !== undefined) {
    return impossible(path, flagOwnerWords(flag, standing.owner));
  }
  const now = restart === true ? 0 : (standing?.percent ?? 0);
  if (goesBack || (standing !== undefined && standing.version === version)) {
    return ok({ now, set: (percent) => Math.max(now, percent) });
  }
  if (now <= first) return ok({ now, set: (percent) => percent });
  return impossible(
    path,
    `flag ${flag} is at ${now}% now, and this would begin at ${first}%: users who have it would lose it. Use a flag with the version in its name (\`ff_<service>_<version>\` is the default), or set \`restart: true\` beside its name to take it from them`,
  );
}
