import type { Verification } from '../health/verification.js';
import type { DeploymentId, ServiceRef, TargetId, Version } from '../ids.js';
import type { DeploymentPlan } from './deployment-plan.js';
import type { PreviousVersion } from './plan-event.js';
import { type PlanState, reasonOf } from './plan-state.js';
import { PENDING, type TargetProgress } from './target.js';

/** One attempt to bring a service to a version. */
export interface Deployment extends ServiceRef {
  readonly id: DeploymentId;
  readonly version: Version;
  readonly plan: DeploymentPlan;
  readonly state: PlanState;
  /** Only targets that were touched have an entry. */
  readonly targets: ReadonlyMap<TargetId, TargetProgress>;
  /** Fixed when the execution begins; `null` where nothing good ran before. */
  readonly previous: PreviousVersion | null;
  readonly health: Verification | null;
  /** Whether it was ever completed: then it is on the service's stack. */
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
  readonly idempotencyKey: string | null;
  /** Tells whether two requests under one idempotency key asked for the same. */
  readonly digest: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Words of the seed's DeploymentResult. */
export interface DeploymentResult {
  readonly success: boolean;
  readonly targetsUpdated: number;
  readonly targetsFailed: number;
  /** From the start of the execution to the end, or `null` before either. */
  readonly durationMs: number | null;
  readonly state: PlanState['status'];
  readonly errors: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

export const progressOf = (deployment: Deployment, target: TargetId): TargetProgress =>
  deployment.targets.get(target) ?? PENDING;

/** Targets on which a driver was called, or was about to be. */
export const touchedTargets = (deployment: Deployment): readonly TargetId[] =>
  deployment.plan.targets.map(({ id }) => id).filter((id) => deployment.targets.has(id));

/** Touched targets that do not have the previous version back. */
export const unrestoredTargets = (deployment: Deployment): readonly TargetId[] =>
  touchedTargets(deployment).filter((id) => progressOf(deployment, id).state !== 'restored');

export const tookVersion = (deployment: Deployment): boolean =>
  deployment.plan.targets.every(({ id }) => progressOf(deployment, id).state === 'updated');

/**
 * When its present work must have ended, in epoch milliseconds; `null` where
 * none is going on. The plan's own waits do not count against it.
 */
export function deadlineOf({ startedAt, plan, state }: Deployment): number | null {
  if (state.status === 'rolling_back') return state.since + plan.policy.deadline;
  if (startedAt === null || (state.status !== 'executing' && state.status !== 'verifying')) {
    return null;
  }
  return startedAt + plan.policy.deadline + plan.forecast.waitMs;
}

export function resultOf(deployment: Deployment): DeploymentResult {
  const progress = [...deployment.targets.values()];
  const reason = reasonOf(deployment.state);
  const errors = touchedTargets(deployment).flatMap((id) => {
    const { error } = progressOf(deployment, id);
    return error === null ? [] : [`${id}: ${error}`];
  });
  return {
    success: deployment.state.status === 'completed',
    targetsUpdated: progress.filter(({ state }) => state === 'updated').length,
    targetsFailed: progress.filter(({ error }) => error !== null).length,
    durationMs:
      deployment.startedAt === null || deployment.endedAt === null
        ? null
        : deployment.endedAt - deployment.startedAt,
    state: deployment.state.status,
    errors: reason === null ? errors : [reason, ...errors],
    metadata: deployment.metadata,
  };
}
