import type { TargetId } from '../../model/ids.js';
import type { ShiftStep } from '../../model/plan/step.js';
import { restOf } from '../../model/plan/percentage.js';
import { ok, type Result } from '../../model/result.js';
import { listed } from '../../plan/listed.js';
import { filled, groupOf, isPercentage, type Walk } from './custom-walk.js';
import { servedAfter } from '../parts/lowest-serving.js';
import type { ShiftSpec } from '../../model/plan/step-spec.js';
import { impossible, type PlanRefusal } from '../parts/strategy.js';

/** A shift as it was written, if it gives traffic only to what can take it. */
export function shiftOf(spec: ShiftSpec, path: string, walk: Walk): Result<ShiftStep, PlanRefusal> {
  const { percent } = spec;
  if (!walk.input.routed) {
    return impossible(path, 'the service has no router that could move traffic');
  }
  if (!isPercentage(percent)) {
    return impossible(`${path}.percent`, 'expected a percentage from 0 to 100');
  }
  const toPath = spec.to === undefined ? path : `${path}.to`;
  const named = groupOf(spec.to ?? 'deployed', toPath, walk);
  if (!named.ok) return named;
  const to = filled(named.value, toPath, 'expected at least one target to shift to');
  if (!to.ok) return to;
  const from = fromOf(spec, to.value, path, walk);
  if (!from.ok) return from;
  if (percent < 100 && from.value.length === 0) {
    const written = spec.from === undefined ? 'percent' : 'from';
    const rest = `no target is left for the other ${restOf(percent)}%`;
    return impossible(`${path}.${written}`, `${percent}% goes to ${listed(to.value)}, and ${rest}`);
  }
  const step: ShiftStep = { kind: 'shift', to: to.value, from: from.value, percent };
  const unfit = unfitIn(step, walk);
  return unfit === null ? ok(step) : impossible(path, unfit);
}

function fromOf(
  { from }: ShiftSpec,
  to: readonly TargetId[],
  path: string,
  walk: Walk,
): Result<readonly TargetId[], PlanRefusal> {
  const taken = new Set(to);
  if (from === undefined) {
    const { targets, colours } = walk.input;
    return ok((colours?.live ?? targets).filter((id) => !taken.has(id)));
  }
  const named = groupOf(from, `${path}.from`, walk);
  if (!named.ok) return named;
  const both = named.value.find((id) => taken.has(id));
  if (both === undefined) return named;
  return impossible(`${path}.from`, `${both} is in to as well`);
}

/** Why a target that would get traffic can't have it; `null` where all can. */
function unfitIn(step: ShiftStep, { input, unchecked, retired }: Walk): string | null {
  const given = servedAfter(step);
  const gone = given.find((id) => retired.has(id));
  if (gone !== undefined) return `${gone} was retired before: expected it to get no traffic`;
  const unseen = input.checked ? given.find((id) => unchecked.has(id)) : undefined;
  if (unseen !== undefined) {
    return `${unseen} was not checked since it was deployed: expected a check before it gets traffic`;
  }
  return null;
}
