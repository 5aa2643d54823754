import type { Deployment } from '../model/deployment/deployment.js';
import { type DeploymentResult, resultOf } from '../plan/result/deployment-result.js';
import type { DeploymentId } from '../model/ids.js';
import { evolve } from '../plan/fold/evolve.js';
import { givenUp } from '../plan/machine/failure.js';
import type { Clock } from '../ports/clock.js';
import type { DeploymentStore } from '../ports/deployment-store.js';
import type { Log } from '../ports/log.js';
import type { PlanRefusal } from '../strategies/parts/strategy.js';
import {
  type DeploymentOrchestrator,
  type PlanAnswer,
  PlanStateError,
} from './deployment-orchestrator.js';
import { type NewDeployment, newDeployment } from './new-deployment.js';
import { refusedPlan } from './refused-plan.js';

interface Ports {
  readonly orchestrator: DeploymentOrchestrator;
  readonly store: DeploymentStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Carries a plan out to its end, and says how that went. */
export async function carryOut(
  ports: Ports,
  request: NewDeployment,
  plan: () => Promise<PlanAnswer>,
): Promise<DeploymentResult> {
  const { orchestrator, log, store } = ports;
  const { id, service } = request;
  try {
    const planned = await plan();
    if (!planned.ok) return await recordRefusal(ports, request, planned.error);
    await orchestrator.executeDeployment(id);
    const executed = await store.load(id);
    if (executed?.state.status === 'verifying') await orchestrator.verifyDeployment(id);
  } catch (error) {
    log.error({ deployment: id, service, err: error }, 'deployment failed');
    const reason = error instanceof Error ? error.message : String(error);
    const ended = await orchestrator.command(id, givenUp(reason), 'manager');
    if (ended === null) return recordRefusal(ports, request, { path: 'plan', message: reason });
  }
  const ended = await store.load(id);
  return ended ? resultOf(ended) : recordRefusal(ports, request, lost(id));
}

/** Takes one deployment back; one that can't be is left as it is, and the result says why. */
export async function takeBack(
  ports: Ports,
  id: DeploymentId,
  reason: string,
): Promise<DeploymentResult> {
  const { orchestrator, store, log } = ports;
  try {
    return await orchestrator.rollbackDeployment(id, reason);
  } catch (error) {
    if (!(error instanceof PlanStateError)) throw error;
    const deployment = await store.load(id);
    if (deployment === undefined) throw error;
    log.error({ deployment: id, service: deployment.service, err: error }, 'not rolled back');
    return { ...resultOf(deployment), success: false, errors: [error.message] };
  }
}

/** A request that could not even be planned is in the history all the same. */
export async function recordRefusal(
  ports: Ports,
  request: NewDeployment,
  refusal: Pick<PlanRefusal, 'path' | 'message'>,
): Promise<DeploymentResult> {
  const { log, store, clock } = ports;
  const reason = `${refusal.path}: ${refusal.message}`;
  log.error({ deployment: request.id, service: request.service, reason }, 'cannot be planned');
  const at = clock.now();
  const drafted = newDeployment({ ...request, approve: false }, refusedPlan, at);
  const failed = {
    sequence: drafted.deployment.revision + 1,
    at,
    actor: 'manager',
    event: { type: 'deployment.failed', reason },
  } as const;
  const deployment: Deployment = evolve(drafted.deployment, failed);
  await store.create(deployment, [...drafted.events, failed]);
  return resultOf(deployment);
}

const lost = (id: DeploymentId): Pick<PlanRefusal, 'path' | 'message'> => ({
  path: 'id',
  message: `${id} is no longer in the store`,
});
