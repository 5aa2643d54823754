import { assertNever } from '../../model/assert-never.js';
import type { Step } from '../../model/plan/step.js';
import { isFlagPercent } from '../../model/plan/flag-setting.js';
import { ok, type Result } from '../../model/result.js';
import { hasSpare, roomFor, servingOf, toleranceOf } from '../parts/capacity.js';
import { shiftOf } from './custom-shift.js';
import { analyzeOf, checkOf, deployOf, retireOf } from './custom-targets.js';
import { leftOut, past, type Walk, type WrittenStep } from './custom-walk.js';
import { flagOf, unsettable } from '../parts/feature-flag.js';
import { flagStart } from '../parts/nobody-loses.js';
import { gateStep } from '../parts/gate.js';
import { lastChange, withMeasuring } from '../parts/measuring.js';
import type { StepSpec, StepsSpec } from '../../model/plan/step-spec.js';
import { impossible, type PlanRefusal, type Strategy } from '../parts/strategy.js';

/** Steps as their user gave them, each looked at in the situation that those before it lead to. */
export const customSteps: Strategy<StepsSpec> = (spec, input) => {
  const room = roomFor(hasSpare(input) ? undefined : spec.maxUnavailable, input);
  if (!room.ok) return room;
  const tolerance = toleranceOf(spec.failureTolerance, input.targets.length);
  if (!tolerance.ok) return tolerance;
  let walk: Walk = {
    input,
    tolerance: tolerance.value,
    deployed: new Set(),
    unchecked: new Set(),
    retired: new Set(),
    flags: new Set(),
    serving: new Set(servingOf(input)),
  };
  const steps: Step[] = [];
  for (const [at, said] of spec.steps.entries()) {
    const step = stepOf(said, `strategy.steps.${at}`, walk);
    if (!step.ok) return step;
    steps.push(step.value);
    walk = past(walk, step.value);
  }
  if (walk.deployed.size === 0) {
    return impossible('strategy.steps', 'expected at least one deploy');
  }
  const left = spec.partial === true ? null : leftOut(walk);
  return left === null
    ? ok(withMeasuring(steps, lastChange(steps)))
    : impossible('strategy.steps', left);
};

function stepOf(spec: StepSpec, path: string, walk: Walk): Result<WrittenStep, PlanRefusal> {
  switch (spec.kind) {
    case 'deploy':
      return deployOf(spec.targets, `${path}.targets`, walk);
    case 'check':
      return checkOf(spec.targets, path, walk);
    case 'wait':
      if (spec.for >= 0) return ok({ kind: 'wait', ms: spec.for });
      return impossible(`${path}.for`, 'expected a length of time');
    case 'shift':
      return shiftOf(spec, path, walk);
    case 'set_flag': {
      const flag = flagOf(spec.flag, `${path}.flag`, walk.input);
      if (!flag.ok) return flag;
      const { percent } = spec;
      if (!isFlagPercent(percent)) return unsettable(`${path}.percent`, percent);
      // What it sets itself it may take back again.
      if (walk.flags.has(flag.value.flag)) return ok({ ...flag.value, percent });
      const start = flagStart(flag.value, percent, `${path}.flag`, walk.input);
      return start.ok ? ok({ ...flag.value, percent: start.value.set(percent) }) : start;
    }
    case 'gate':
      return ok(gateStep(spec, spec.name));
    case 'analyze':
      return analyzeOf(spec, path, walk);
    case 'retire':
      return retireOf(spec.targets, path, walk);
    default:
      return assertNever(spec);
  }
}
