import type { Capacities } from '../traffic/capacities.js';
import type { Verification } from '../verification.js';
import type { DeploymentId, ServiceRef, TargetId, Version } from '../ids.js';
import type { StepAnalysis, DeploymentProgress } from './progress.js';
import type { DeploymentPlan } from '../plan/deployment-plan.js';
import type { ExecutingState, PlanState } from './plan-state.js';
import type { Step } from '../plan/step.js';
import { PENDING, type Target, type TargetProgress } from '../target.js';
import type { RemovedTarget } from '../plan/removed-target.js';
import { type Declared, declaredVersion } from '../declared.js';
import { ANYTHING } from '../target-status.js';
import { SharedMap } from '../shared-map.js';
import type { PreviousVersion, RollbackOrder, TakesBack } from './takes-back.js';
import type { TrafficShares } from '../traffic-shares.js';

/** One attempt to bring a service to a version. */
export interface Deployment extends ServiceRef {
  readonly id: DeploymentId;
  readonly version: Version;
  readonly plan: DeploymentPlan;
  readonly state: PlanState;
  /** Only targets that were touched have an entry. */
  readonly targets: SharedMap<TargetId, TargetProgress>;
  /** Fixed when the execution begins; `null` where nothing good ran before. */
  readonly previous: PreviousVersion | null;
  /** What the service should be, fixed with it: where its way back leads. */
  readonly declared: Declared | null;
  /** The shares that the service has as long as no step asks for others; `null` where nobody knows. */
  readonly shares: TrafficShares | null;
  /** Who goes back to a named version, and why; `null` of what goes forwards. */
  readonly rollback: RollbackOrder | null;
  /** What that goes back past, fixed when the execution begins. */
  readonly takesBack: TakesBack | null;
  readonly health: Verification | null;
  readonly progress: DeploymentProgress;
  /** By the number of the step that asked for it. */
  readonly analyses: Readonly<Record<string, StepAnalysis>>;
  /** Whether it was ever completed: then it is on the service's stable. */
  readonly succeeded: boolean;
  /** The number of its last event. */
  readonly revision: number;
  /** Counts the jobs owed for it, so that a job is published again under a name of its own. */
  readonly run: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly requestedBy: string | null;
  /** What nobody asked for by hand is held back after an automatic rollback. */
  readonly trigger: Trigger;
  readonly idempotencyKey: string | null;
  /** Tells whether two requests under one idempotency key asked for the same. */
  readonly digest: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whether somebody asked for it, or a rule did: a promotion, a schedule. */
export type Trigger = 'person' | 'automation';

export const progressOf = (deployment: Deployment, target: TargetId): TargetProgress =>
  deployment.targets.get(target) ?? PENDING;

/** Every target that it may call: its own, and behind them those that left the configuration. */
export const everyTarget = (
  plan: Pick<DeploymentPlan, 'targets' | 'removed'>,
): readonly Target[] =>
  plan.removed === undefined
    ? plan.targets
    : [...plan.targets, ...plan.removed.map(({ target }) => target)];

const PLACES = new WeakMap<DeploymentPlan, ReadonlyMap<TargetId, Target>>();

/** @throws Error where the plan has no such target */
export function targetIn(plan: DeploymentPlan, id: TargetId): Target {
  const places =
    PLACES.get(plan) ?? new Map(everyTarget(plan).map((target) => [target.id, target]));
  PLACES.set(plan, places);
  const target = places.get(id);
  if (target === undefined) throw new Error(`the plan has no target ${id}`);
  return target;
}

const REMOVED = new WeakMap<DeploymentPlan, ReadonlyMap<TargetId, RemovedTarget>>();

/** What becomes of a target that left the configuration; `undefined` for all others. */
export function removedIn(plan: DeploymentPlan, id: TargetId): RemovedTarget | undefined {
  if (plan.removed === undefined) return undefined;
  const removed = REMOVED.get(plan) ?? new Map(plan.removed.map((one) => [one.target.id, one]));
  REMOVED.set(plan, removed);
  return removed.get(id);
}

const MATES = new WeakMap<DeploymentPlan, ReadonlyMap<TargetId, TargetId>>();

/** Who is, or was, at the same place under another name. */
export function mateOf(plan: DeploymentPlan, id: TargetId): TargetId | undefined {
  if (plan.removed === undefined) return undefined;
  const mates =
    MATES.get(plan) ??
    new Map(
      plan.removed.flatMap(({ target, placeOf }) =>
        placeOf === undefined ? [] : [[target.id, placeOf] as const, [placeOf, target.id] as const],
      ),
    );
  MATES.set(plan, mates);
  return mates.get(id);
}

/** The deployment with something else known of one target. */
export function withProgress(
  { targets }: Pick<Deployment, 'targets'>,
  id: TargetId,
  change: Partial<TargetProgress>,
): Deployment['targets'] {
  return targets.with(id, { ...(targets.get(id) ?? PENDING), ...change });
}

/** Progress in the plan's order, counted by state and by who waits for another try. */
export const progressMap = (
  plan: Pick<DeploymentPlan, 'targets' | 'removed'>,
  known: Iterable<readonly [TargetId, TargetProgress]> = [],
): SharedMap<TargetId, TargetProgress> => {
  let map = SharedMap.empty<TargetId, TargetProgress>(
    everyTarget(plan).map(({ id }) => id),
    progressWords,
  );
  for (const [id, progress] of known) map = map.with(id, progress);
  return map;
};

const progressWords = ({ state, retryAt }: TargetProgress): readonly string[] =>
  retryAt === null ? [state] : [state, 'retrying'];

/** How many targets are in this state, or have a call to be repeated. */
export const countOf = (
  { targets }: Pick<Deployment, 'targets'>,
  word: TargetProgress['state'] | 'retrying',
): number => targets.count(word);

/** Whether a driver was called on it, or was about to be: what could not even be drained has what it had. */
export function isTouched({ targets }: Pick<Deployment, 'targets'>, target: TargetId): boolean {
  const progress = targets.get(target);
  if (progress === undefined) return false;
  const { state, calledAt } = progress;
  return calledAt !== null || (state !== 'pending' && state !== 'failed');
}

/** Targets on which a driver was called, or was about to be: what it found there may not be there any more. */
export const touchedTargets = (deployment: Deployment): readonly TargetId[] =>
  everyTarget(deployment.plan)
    .map(({ id }) => id)
    .filter((id) => isTouched(deployment, id));

/**
 * What a target that left the configuration goes back to where it was removed: what
 * was declared for it, else what it ran, but never what a rollback to a named version
 * has taken back. `undefined` where nobody knows.
 */
export function versionPutBack(
  { declared, succeeded, takesBack }: Pick<Deployment, 'declared' | 'succeeded' | 'takesBack'>,
  { target, version, placeOf }: RemovedTarget,
): Version | undefined {
  // Its place is another's now: that one goes back.
  if (placeOf !== undefined) return undefined;
  const was = declared === null ? ANYTHING : declaredVersion(declared, target.id);
  const ran = succeeded && takesBack !== null ? null : version;
  return (was === ANYTHING ? ran : was) ?? undefined;
}

/** Touched targets that do not have the previous version back. */
export const targetsToRestore = (deployment: Deployment): readonly TargetId[] =>
  touchedTargets(deployment).filter((id) => {
    const removed = removedIn(deployment.plan, id);
    const isKnown = removed === undefined || versionPutBack(deployment, removed) !== undefined;
    return isKnown && progressOf(deployment, id).state !== 'restored';
  });

/** The steps as they are carried out. */
export const stepsOf = ({ plan, progress }: Deployment): readonly Step[] =>
  progress.replanned ?? plan.steps;

/** What its targets can carry, as it is carried out; `undefined` where all can carry the same. */
export const capacitiesIn = ({
  plan,
  progress: { resized },
}: Pick<Deployment, 'plan' | 'progress'>): Capacities | undefined =>
  resized === undefined ? plan.capacities : (resized.capacities ?? undefined);

/** Capacity that must go on serving at any time, as it is carried out. */
export const floorIn = ({ plan, progress }: Pick<Deployment, 'plan' | 'progress'>): number =>
  progress.resized?.floor ?? plan.floor;

/** Its state, as long as it executes just this step. */
export const executingAt = ({ state }: Deployment, step: number): ExecutingState | null =>
  state.status === 'executing' && state.step === step ? state : null;

/** Every target that its steps bring to the version: with colours, only those of one. */
export function deployedTargets(deployment: Deployment): readonly TargetId[] {
  const wanted = new Set(
    stepsOf(deployment).flatMap((step) => (step.kind === 'deploy' ? step.targets : [])),
  );
  return deployment.plan.targets.map(({ id }) => id).filter((id) => wanted.has(id));
}

/** Of a plan refused before it had steps, no target took anything. */
export function tookVersion(deployment: Deployment): boolean {
  const wanted = deployedTargets(deployment);
  return wanted.length > 0 && wanted.every((id) => progressOf(deployment, id).state === 'updated');
}
