import {
  type Deployment,
  everyTarget,
  progressOf,
  touchedTargets,
} from '../../model/deployment/deployment.js';
import { type PlanState, reasonOf } from '../../model/deployment/plan-state.js';
import { stoppedAtStage } from './stopped-at-stage.js';

/** Words of the seed's DeploymentResult. */
export interface DeploymentResult {
  /**
   * Of a deployment: it did all that was planned, whether or not that is verified
   * yet. Of a rollback: everything is back.
   */
  readonly success: boolean;
  /** Of a rollback: those that were put back. */
  readonly targetsUpdated: number;
  readonly targetsFailed: number;
  /** In milliseconds, from the start of the execution, or of the rollback, to the end; `null` before either, and where nobody kept the start. */
  readonly durationMs: number | null;
  readonly state: PlanState['status'];
  /** What went wrong; why somebody asked for a rollback did not. */
  readonly errors: readonly string[];
  /** The request's own, and what became known: `stoppedAtStage`, the percentage of the stage at which a canary stopped. */
  readonly metadata: Readonly<Record<string, string | number>>;
}

export function resultOf(deployment: Deployment): DeploymentResult {
  const { state, plan, startedAt, endedAt } = deployment;
  const progress = [...deployment.targets.values()];
  const errors = everyTarget(plan).flatMap(({ id }) => errorAt(deployment, id));
  const reason = isWrong(deployment) ? reasonOf(state) : null;
  return {
    success: state.status === 'completed' || state.status === 'verifying',
    targetsUpdated: progress.filter((its) => its.state === 'updated').length,
    targetsFailed: progress.filter(({ error }) => error !== null).length,
    durationMs: startedAt === null || endedAt === null ? null : endedAt - startedAt,
    state: state.status,
    errors: reason === null ? errors : [reason, ...errors],
    metadata: metadataOf(deployment),
  };
}

/**
 * How a rollback went.
 *
 * @param durationMs what it took, where that is known
 */
export function rollbackResultOf(
  deployment: Deployment,
  durationMs: number | null = null,
): DeploymentResult {
  const { state } = deployment;
  const success = state.status === 'rolled_back';
  const touched = touchedTargets(deployment);
  const failed = touched.filter((id) => progressOf(deployment, id).state === 'restore_failed');
  const restored = touched.filter((id) => progressOf(deployment, id).state === 'restored');
  const reason = success || state.status === 'rolling_back' ? null : reasonOf(state);
  const errors = failed.flatMap((id) => errorAt(deployment, id));
  return {
    success,
    targetsUpdated: restored.length,
    targetsFailed: failed.length,
    durationMs,
    state: state.status,
    errors: reason === null ? errors : [reason, ...errors],
    metadata: metadataOf(deployment),
  };
}

/** Of what was done last: a deployment, or the rollback of one that was completed. */
export const lastResultOf = (deployment: Deployment): DeploymentResult => {
  const { status } = deployment.state;
  const wentBack = deployment.succeeded && (status === 'rolled_back' || status === 'failed');
  return wentBack ? rollbackResultOf(deployment) : resultOf(deployment);
};

/** Whether its state's reason says what went wrong: a pause, and the rollback of what was completed, are asked for. */
const isWrong = ({ state: { status }, succeeded }: Deployment): boolean =>
  status !== 'paused' && !(succeeded && (status === 'rolled_back' || status === 'rolling_back'));

function errorAt(deployment: Deployment, id: Parameters<typeof progressOf>[1]): readonly string[] {
  const { error } = progressOf(deployment, id);
  return error === null ? [] : [`${id}: ${error}`];
}

function metadataOf(deployment: Deployment): DeploymentResult['metadata'] {
  const stage = stoppedAtStage(deployment);
  return stage === null ? deployment.metadata : { ...deployment.metadata, stoppedAtStage: stage };
}
