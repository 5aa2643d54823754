import type { TargetId, Version } from '../ids.js';
import { ok, type Result } from '../result.js';
import { impossible, type PlanRefusal } from '../strategies/strategy.js';
import { compileSteps } from '../strategies/index.js';
import type { StrategySpec } from '../strategies/strategy-spec.js';
import type {
  CheckSummary,
  DeploymentPlan,
  DriverSummary,
  TrustedSettings,
} from './deployment-plan.js';
import { forecast } from './forecast.js';
import type { Policy } from './policy.js';
import type { KnownTarget, Target } from './target.js';

/** Everything a plan is made of, with the configuration already resolved. */
export interface PlanInput {
  readonly version: Version;
  readonly strategy: StrategySpec;
  readonly targets: readonly Target[];
  readonly checks: readonly CheckSummary[];
  readonly driver: DriverSummary;
  /** The longest one driver call may take, in milliseconds. */
  readonly driverTimeoutMs: number;
  readonly policy: Policy;
  readonly trusted?: TrustedSettings | null;
}

const MOST_TARGETS = 10_000;

/** Compiles a plan, or says which field keeps it from working. */
export function compilePlan(
  input: PlanInput,
  known: ReadonlyMap<TargetId, KnownTarget>,
): Result<DeploymentPlan, PlanRefusal> {
  const ordered = input.targets.toSorted(
    (a, b) => rank(known.get(a.id), input.version) - rank(known.get(b.id), input.version),
  );
  const [first, ...rest] = ordered.map(({ id }) => id);
  if (first === undefined) return impossible('targets', 'expected at least one target');
  if (ordered.length > MOST_TARGETS) {
    return impossible('targets', `expected at most ${MOST_TARGETS} targets, got ${ordered.length}`);
  }
  const twice = repeated(input.targets);
  if (twice !== undefined) return impossible('targets', `target id ${twice} is used twice`);

  const steps = compileSteps(input.strategy, {
    targets: [first, ...rest],
    checked: input.checks.length > 0,
  });
  if (!steps.ok) return steps;
  return ok({
    strategy: input.strategy,
    targets: ordered,
    steps: steps.value,
    checks: input.checks,
    driver: input.driver,
    policy: input.policy,
    trusted: input.trusted ?? null,
    forecast: forecast(steps.value, ordered.length, input.driverTimeoutMs),
  });
}

function repeated(targets: readonly Target[]): TargetId | undefined {
  const seen = new Set<TargetId>();
  return targets.find(({ id }) => seen.size === seen.add(id).size)?.id;
}

/** Unhealthy, then unknown, then old, then current: a batch that may hurt goes where least is lost. */
function rank(known: KnownTarget | undefined, wanted: Version): number {
  if (known?.healthy === false) return 0;
  if (known === undefined || known.version === null) return 1;
  return known.version === wanted ? 3 : 2;
}
