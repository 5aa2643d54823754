import type { ServiceRef, TargetId, Version } from '../ids.js';
import type { DeploymentPlan } from '../plan/deployment-plan.js';
import type { Step } from '../plan/step.js';
import type { KnownTarget } from '../plan/target.js';
import { ok, type Result } from '../result.js';
import { coloursOf } from './colours.js';
import { compileSteps } from './index.js';
import type { PlanRefusal } from './strategy.js';

interface Planned extends ServiceRef {
  readonly version: Version;
  readonly plan: DeploymentPlan;
}

/**
 * The steps of a plan for the situation at its start: another deployment may
 * have changed the colours since it was planned. `null` where they are the same.
 */
export function stepsFor(
  { service, environment, version, plan }: Planned,
  known: ReadonlyMap<TargetId, KnownTarget>,
  active: Version | null,
): Result<readonly Step[] | null, PlanRefusal> {
  const colours = coloursOf(plan.targets, known, active);
  const [first, ...rest] = plan.targets.map(({ id }) => id);
  if (colours === null || first === undefined) return ok(null);
  const steps = compileSteps(plan.strategy, {
    ref: { service, environment },
    version,
    targets: [first, ...rest],
    checked: plan.checks.length > 0,
    colours,
    routed: plan.router !== null,
    flagged: plan.flags !== null,
    removes: plan.driver.removes,
    analyses: plan.analyses.map(({ name }) => name),
  });
  if (!steps.ok) return steps;
  // Both were compiled by the same rules: what reads the same is the same.
  return JSON.stringify(steps.value) === JSON.stringify(plan.steps) ? ok(null) : steps;
}
