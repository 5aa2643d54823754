import type { Capacities } from '../model/traffic/capacities.js';
import type { ServiceRef, Version } from '../model/ids.js';
import type { RollbackOrder } from '../model/deployment/takes-back.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import type { Step } from '../model/plan/step.js';
import type { Target } from '../model/target.js';
import type { TargetStatuses } from '../model/target-status.js';
import { ok, type Result } from '../model/result.js';
import { coloursOf } from './parts/colours.js';
import { compileSteps } from './index.js';
import { withClosing } from './parts/closing.js';
import { withRemovals } from './parts/removals.js';
import type { PlanRefusal } from './parts/strategy.js';

interface Planned extends ServiceRef {
  readonly version: Version;
  readonly plan: DeploymentPlan;
  /** Why it goes back; `null` where it does not. */
  readonly rollback?: RollbackOrder | null;
}

/** A service as it is found at the start. */
export interface Found {
  readonly targets: TargetStatuses;
  readonly active: Version | null;
  /** What its targets can carry; `undefined` where all can carry the same. */
  readonly capacities?: Capacities | undefined;
}

/**
 * The steps of a plan for the situation at its start: another deployment may
 * have changed the colours since it was planned, or what serves. `null` where
 * they are the same.
 *
 * @param targets the plan's, in the order in which they are to be taken now
 */
export function stepsFor(
  { service, environment, version, plan, rollback }: Planned,
  targets: readonly Target[],
  { targets: known, active, capacities }: Found,
): Result<readonly Step[] | null, PlanRefusal> {
  const colours = coloursOf(targets, known, active);
  const [first, ...rest] = targets.map(({ id }) => id);
  if (first === undefined) return ok(null);
  const steps = compileSteps(plan.strategy, {
    ref: { service, environment },
    version,
    targets: [first, ...rest],
    checked: plan.checks.length > 0,
    colours,
    ...(capacities !== undefined && { capacities }),
    routed: plan.router !== null,
    flagged: plan.flags !== null,
    ...(plan.flagsAt && { flagsAt: plan.flagsAt }),
    goesBack: (rollback ?? null) !== null,
    removes: plan.driver.removes,
    analyses: plan.analyses.map(({ name }) => name),
  });
  if (!steps.ok) return steps;
  // Both were compiled by the same rules: what reads the same is the same.
  const ids = targets.map(({ id }) => id);
  const closing = withClosing(steps.value, ids, plan.persistentGraceMs ?? null);
  const all = withRemovals(closing, plan.removed ?? []);
  return JSON.stringify(all) === JSON.stringify(plan.steps) ? ok(null) : ok(all);
}
