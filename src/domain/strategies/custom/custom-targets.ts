import type { TargetId } from '../../model/ids.js';
import type { AnalyzeStep, CheckStep, DeployStep, RetireStep } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { amountOf } from '../../model/plan/amount.js';
import { filled, groupOf, type Walk } from './custom-walk.js';
import { knownAnalyses } from '../parts/stages.js';
import type { Batch, Group, StepSpec } from '../../model/plan/step-spec.js';
import { impossible, type PlanRefusal } from '../parts/strategy.js';

const WORDS: ReadonlySet<unknown> = new Set(['all', 'rest', 'deployed', 'live', 'idle']);

const isGroup = (batch: Batch): batch is Group => typeof batch === 'object' || WORDS.has(batch);

export function deployOf(batch: Batch, path: string, walk: Walk): Result<DeployStep, PlanRefusal> {
  const named = isGroup(batch) ? groupOf(batch, path, walk) : nextOf(batch, path, walk);
  if (!named.ok) return named;
  const targets = filled(
    named.value,
    path,
    'expected at least one target that is left to deploy to',
  );
  if (!targets.ok) return targets;
  const again = targets.value.find((id) => walk.deployed.has(id));
  if (again !== undefined) return impossible(path, `${again} is deployed to by an earlier step`);
  return ok({ kind: 'deploy', targets: targets.value, tolerance: walk.tolerance });
}

function nextOf(
  amount: Exclude<Batch, Group>,
  path: string,
  { input, deployed }: Walk,
): Result<readonly TargetId[], PlanRefusal> {
  const size = amountOf(amount, input.targets.length, 'up');
  if (!(size >= 1)) return impossible(path, 'expected targets, a number of them or a percentage');
  return ok(input.targets.filter((id) => !deployed.has(id)).slice(0, size));
}

export function checkOf(
  group: Group | undefined,
  path: string,
  walk: Walk,
): Result<CheckStep, PlanRefusal> {
  if (!walk.input.checked) {
    return impossible(path, 'the service has no checks: expected some, or no such step');
  }
  const { deployed, unchecked } = walk;
  const open = unchecked.size > 0 ? unchecked : deployed;
  const named =
    group === undefined
      ? ok(walk.input.targets.filter((id) => open.has(id)))
      : groupOf(group, `${path}.targets`, walk);
  if (!named.ok) return named;
  const targets = filled(named.value, path, 'nothing was deployed that could be checked');
  if (!targets.ok) return targets;
  const untouched = targets.value.find((id) => !deployed.has(id));
  if (untouched !== undefined) {
    return impossible(`${path}.targets`, `${untouched} is not deployed to by an earlier step`);
  }
  return ok({ kind: 'check', targets: targets.value, tolerance: walk.tolerance });
}

export function analyzeOf(
  { analysis, mode = 'inline' }: Extract<StepSpec, { kind: 'analyze' }>,
  path: string,
  { input, deployed }: Walk,
): Result<AnalyzeStep, PlanRefusal> {
  const known = knownAnalyses([[`${path}.analysis`, analysis]], input.analyses);
  if (!known.ok) return known;
  if (deployed.size === 0) return impossible(path, 'nothing was deployed that could be analyzed');
  const old = input.colours?.live ?? input.targets;
  return ok({
    kind: 'analyze',
    analysis,
    mode,
    targets: input.targets.filter((id) => deployed.has(id)),
    baseline: old.filter((id) => !deployed.has(id)),
  });
}

export function retireOf(
  group: Group | undefined,
  path: string,
  walk: Walk,
): Result<RetireStep, PlanRefusal> {
  if (!walk.input.removes) {
    return impossible(path, "the service's driver cannot remove a version");
  }
  const at = group === undefined ? path : `${path}.targets`;
  const named = groupOf(group ?? 'rest', at, walk);
  if (!named.ok) return named;
  const targets = filled(named.value, at, 'expected at least one target to retire');
  if (!targets.ok) return targets;
  const taken = targets.value.find((id) => walk.deployed.has(id) || walk.serving.has(id));
  if (taken === undefined) return ok({ kind: 'retire', targets: targets.value });
  const why = walk.deployed.has(taken) ? 'has the new version' : 'still has traffic';
  return impossible(at, `${taken} ${why}: expected only old targets without traffic`);
}
