import type { Verification } from '../model/verification.js';
import { type Deployment } from '../model/deployment/deployment.js';
import { type DeploymentResult, lastResultOf } from '../plan/result/deployment-result.js';
import { isTerminal, PLAN_STATUSES } from '../model/deployment/plan-state.js';
import type { Counters, DeploymentIndex } from '../ports/deployment-index.js';

/** The seed's DeploymentStatus: the whole system in one view. */
export interface DeploymentStatus {
  /** The newest deployment that has not ended. */
  readonly activePlan: Deployment | null;
  /** Of the deployment that ended last. */
  readonly lastResult: DeploymentResult | null;
  readonly lastHealth: Verification | null;
  readonly deploymentsCompleted: number;
  /** Failed or rolled back: the version that was asked for is not the one that stayed. */
  readonly deploymentsFailed: number;
  readonly counters: Counters;
}

export async function deploymentStatus(index: DeploymentIndex): Promise<DeploymentStatus> {
  const [counters, activePlan, last] = await Promise.all([
    index.counters(),
    index.newestOpen(),
    index.lastEnded(),
  ]);
  return {
    activePlan,
    lastResult: last && lastResultOf(last),
    lastHealth: last?.health ?? null,
    deploymentsCompleted: counters.completed,
    deploymentsFailed: counters.failed + counters.rolled_back,
    counters,
  };
}

/** One deployment in the same words. */
export function statusOf(deployment: Deployment): DeploymentStatus {
  const { state, startedAt, health } = deployment;
  const { status } = state;
  const ended = isTerminal(status);
  const counts = PLAN_STATUSES.map((each) => [each, each === status ? 1 : 0] as const);
  return {
    activePlan: ended ? null : deployment,
    lastResult: ended || startedAt !== null ? lastResultOf(deployment) : null,
    lastHealth: health,
    deploymentsCompleted: status === 'completed' ? 1 : 0,
    deploymentsFailed: status === 'failed' || status === 'rolled_back' ? 1 : 0,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for every status
    counters: Object.fromEntries(counts) as Counters,
  };
}
