import type { AnalysisSpec } from '../../model/plan/analysis-spec.js';
import type { ServiceRef, TargetId, Version } from '../../model/ids.js';
import { deadlineRefusal } from '../../policy/deadline-refusal.js';
import type { FlagStanding } from '../../model/plan/flag-standing.js';
import { capacitiesOf, smallestFirst } from '../../model/traffic/capacities.js';
import type { LimitKey } from '../../model/plan/limits.js';
import { ok, type Result } from '../../model/result.js';
import { floorOf, limitedOf, servingOf } from '../../strategies/parts/capacity.js';
import { coloursOf } from '../../strategies/parts/colours.js';
import {
  impossible,
  type PlanRefusal,
  type StrategyInput,
} from '../../strategies/parts/strategy.js';
import { compileSteps } from '../../strategies/index.js';
import type { StrategySpec } from '../../model/plan/strategy-spec.js';
import type {
  CheckSummary,
  DeploymentPlan,
  DriverSummary,
  TrustedSettings,
} from '../../model/plan/deployment-plan.js';
import { forecast } from './forecast.js';
import { heldOutOf } from '../held-out.js';
import type { Policy } from '../../model/plan/policy.js';
import type { Step, TargetGroup } from '../../model/plan/step.js';
import type { MovedTarget, RemovedTarget } from '../../model/plan/removed-target.js';
import { withClosing } from '../../strategies/parts/closing.js';
import { withRemovals } from '../../strategies/parts/removals.js';
import { refusedWords } from '../removed-words.js';
import { movedTargets } from './moved-targets.js';
import { removedTargets } from './removed-targets.js';
import type { Target } from '../../model/target.js';
import {
  ANYTHING,
  runs,
  sure,
  type TargetStatus,
  type TargetStatuses,
} from '../../model/target-status.js';

/** Everything a plan is made of, with the configuration already resolved. */
export interface PlanInput {
  /** What flags are named after; without it, a strategy that sets one must name it. */
  readonly ref?: ServiceRef;
  readonly version: Version;
  readonly strategy: StrategySpec;
  readonly targets: readonly Target[];
  /** Every target that the configuration names: what is known beside them has left it. Not said where a request names its own. */
  readonly configured?: readonly Target[];
  readonly checks: readonly CheckSummary[];
  /** All that are defined for the service. */
  readonly analyses?: readonly AnalysisSpec[];
  readonly driver: DriverSummary;
  /** The longest one driver call may take, in milliseconds. */
  readonly driverTimeoutMs: number;
  /** The kind of the service's router, and the longest one call of it may take, in milliseconds. */
  readonly router?: string | null;
  readonly routerTimeoutMs?: number;
  /** How long persistent clients are let after a switch, in milliseconds; `null`: for ever. */
  readonly persistentGraceMs?: number | null;
  /** The kind of the service's flag store. */
  readonly flags?: string | null;
  /** What its flags are at, without those that show nothing to anybody. */
  readonly flagsAt?: readonly FlagStanding[];
  /** It is a rollback. */
  readonly goesBack?: boolean;
  readonly policy: Policy;
  readonly limits?: readonly LimitKey[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly trusted?: TrustedSettings | null;
  /** The fingerprint of all this, as it is configured. */
  readonly configuration?: string;
}

type Known = TargetStatuses;

const MOST_TARGETS = 10_000;

/**
 * Compiles a plan, or says which field keeps it from working.
 *
 * @param active the version that is live and good, if one is: it tells colours apart whose traffic is not known
 */
export function compilePlan(
  input: PlanInput,
  known: Known,
  active: Version | null = null,
): Result<DeploymentPlan, PlanRefusal> {
  const capacities = capacitiesOf(input.targets, (id) => known.get(id)?.capacity);
  const ordered = smallestFirst(input.targets, capacities).toSorted(
    (a, b) => rank(known.get(a.id), input.version) - rank(known.get(b.id), input.version),
  );
  const [first, ...rest] = ordered.map(({ id }) => id);
  if (first === undefined) return impossible('targets', 'expected at least one target');
  if (ordered.length > MOST_TARGETS) {
    return impossible('targets', `expected at most ${MOST_TARGETS} targets, got ${ordered.length}`);
  }
  const twice = repeated(input.targets);
  if (twice !== undefined) return impossible('targets', `target id ${twice} is used twice`);
  const deadline = deadlineRefusal(input.policy, input.driverTimeoutMs);
  if (deadline !== null) return impossible(`policy.${deadline.path}`, deadline.message);
  if (input.policy.heldOut === 'refuse' && (input.router ?? null) === null) {
    return impossible(
      'policy.heldOut',
      'refuse needs a router: without one, nobody sees which targets are held out',
    );
  }

  const situation = situationOf(input, [first, ...rest], {
    colours: coloursOf(ordered, known, active),
    capacities,
  });
  const removed = removedTargets(input, known);
  const moved = movedTargets(input, known);
  const refusal = input.policy.removedTargets === 'refuse' ? refusedWords(removed, moved) : null;
  if (refusal !== null) return impossible('policy.removedTargets', refusal);
  const steps = compileSteps(input.strategy, situation);
  if (!steps.ok) return steps;
  const closing = withClosing(steps.value, [first, ...rest], input.persistentGraceMs ?? null);
  const all = withRemovals(closing, removed);
  return ok(planOf(input, ordered, situation, { steps: all, known, removed, moved }));
}

const situationOf = (
  input: PlanInput,
  targets: TargetGroup,
  { colours, capacities }: Pick<StrategyInput, 'colours' | 'capacities'>,
): StrategyInput => ({
  ref: input.ref ?? null,
  version: input.version,
  targets,
  checked: input.checks.length > 0,
  colours,
  ...(capacities !== undefined && { capacities }),
  routed: (input.router ?? null) !== null,
  flagged: (input.flags ?? null) !== null,
  flagsAt: input.flagsAt ?? [],
  goesBack: input.goesBack ?? false,
  removes: input.driver.removes,
  analyses: (input.analyses ?? []).map(({ name }) => name),
});

interface Compiled {
  readonly steps: readonly Step[];
  readonly known: Known;
  readonly removed: readonly RemovedTarget[];
  readonly moved: readonly MovedTarget[];
}

function planOf(
  input: PlanInput,
  targets: readonly Target[],
  situation: StrategyInput,
  { steps, known, removed, moved }: Compiled,
): DeploymentPlan {
  const named = new Set(steps.flatMap((step) => (step.kind === 'analyze' ? [step.analysis] : [])));
  const analyses = (input.analyses ?? []).filter(({ name }) => named.has(name));
  return {
    strategy: input.strategy,
    targets,
    ...(removed.length > 0 && { removed }),
    ...(moved.length > 0 && { moved }),
    steps,
    ...(situation.capacities !== undefined && { capacities: situation.capacities }),
    floor: floorOf(input.strategy, situation),
    checks: input.checks,
    analyses,
    driver: input.driver,
    router: input.router ?? null,
    ...(input.persistentGraceMs != null && { persistentGraceMs: input.persistentGraceMs }),
    flags: input.flags ?? null,
    ...((input.flagsAt ?? []).length > 0 && { flagsAt: input.flagsAt }),
    policy: input.policy,
    limits: input.limits ?? [],
    labels: input.labels ?? {},
    trusted: input.trusted ?? null,
    ...(input.configuration !== undefined && { configuration: input.configuration }),
    forecast: forecast(steps, {
      targets: targets.length,
      serving: servingOf(situation),
      limited: limitedOf(input.strategy, situation),
      capacities: situation.capacities,
      // Without a router nobody is held out of it any more.
      heldOut: situation.routed ? heldOutOf(targets, known) : [],
      driverTimeoutMs: input.driverTimeoutMs,
      routerTimeoutMs: input.routerTimeoutMs ?? 0,
      analyses,
    }),
  };
}

function repeated(targets: readonly Target[]): TargetId | undefined {
  const seen = new Set<TargetId>();
  return targets.find(({ id }) => seen.size === seen.add(id).size)?.id;
}

/** Unhealthy or broken, then unknown, then old, then current: a batch that may hurt goes where least is lost. */
function rank(known: TargetStatus | undefined, wanted: Version): number {
  if (known === undefined || sure(known.version) === ANYTHING) return 1;
  const version = runs(known);
  if (version === undefined || (version !== null && version === known.bad)) return 0;
  if (version === null) return 1;
  return version === wanted ? 3 : 2;
}
