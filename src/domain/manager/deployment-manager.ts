import {
  DEFAULT_ENVIRONMENT,
  type DeploymentId,
  environmentName,
  type ServiceRef,
  serviceName,
  version as versionOf,
} from '../model/ids.js';
import type { Commanded } from '../orchestrator/journal/command.js';
import type { DeploymentOrchestrator, PlanAnswer } from './deployment-orchestrator.js';
import { type NewDeployment, newDeployment } from './new-deployment.js';
import { type Deployment } from '../model/deployment/deployment.js';
import { type DeploymentResult, resultOf } from '../plan/result/deployment-result.js';
import type { ActiveDeployment } from '../model/active-deployment.js';
import { evolve } from '../plan/fold/evolve.js';
import { givenUp } from '../plan/machine/failure.js';
import type { Clock } from '../ports/clock.js';
import type { DeploymentIndex, HistoryPage, HistoryQuery } from '../ports/deployment-index.js';
import type { DeploymentStore } from '../ports/deployment-store.js';
import type { IdSource } from '../ports/id-source.js';
import type { Log } from '../ports/log.js';
import type { PlanOverrides, ServiceCatalog } from './service-catalog.js';
import type { PlanRefusal } from '../strategies/parts/strategy.js';
import type { StrategySpec } from '../model/plan/strategy-spec.js';
import { type ServiceVersion, versionsOf } from '../model/service-version.js';
import { refusedPlan } from './refused-plan.js';
import { type Summary, summaryOf } from './summary.js';

export interface ManagerPorts {
  readonly orchestrator: DeploymentOrchestrator;
  readonly catalog: ServiceCatalog;
  readonly store: DeploymentStore;
  readonly index: DeploymentIndex;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly log: Log;
}

/** A service by name, in production; or in a named environment. */
export type ServiceArgument =
  string | { readonly service: string; readonly environment?: string | undefined };

/** Deploy and roll back by service name; everything it did is in the history. */
export class DeploymentManager {
  readonly #ports: ManagerPorts;

  constructor(ports: ManagerPorts) {
    this.#ports = ports;
  }

  /** Resolves a request against the configuration and plans it. */
  async plan(request: NewDeployment, overrides: PlanOverrides = {}): Promise<PlanAnswer> {
    const input = this.#ports.catalog.resolve(request, request.version, overrides);
    if (!input.ok) return input;
    const approve = request.approve && input.value.policy.approval === 'none';
    return this.#ports.orchestrator.planDeployment({ ...request, approve }, input.value);
  }

  /**
   * Brings a service to a version and verifies it. Never throws for what went
   * wrong on the way: that is a recorded failure.
   *
   * @throws TypeError when service or version is not a name
   */
  async deploy(
    service: ServiceArgument,
    version: string,
    strategy?: StrategySpec,
  ): Promise<DeploymentResult> {
    const { orchestrator, log, store } = this.#ports;
    const request = this.#requestFor(service, version);
    try {
      const planned = await this.plan(request, { strategy });
      if (!planned.ok) return await this.#recordRefusal(request, planned.error);
      await orchestrator.executeDeployment(request.id);
      const executed = await store.load(request.id);
      if (executed?.state.status === 'verifying') await orchestrator.verifyDeployment(request.id);
    } catch (error) {
      log.error(
        { deployment: request.id, service: request.service, err: error },
        'deployment failed',
      );
      const reason = error instanceof Error ? error.message : String(error);
      const ended = await orchestrator.command(request.id, givenUp(reason), 'manager');
      if (ended === null) return this.#recordRefusal(request, { path: 'plan', message: reason });
    }
    const ended = await store.load(request.id);
    return ended ? resultOf(ended) : this.#recordRefusal(request, lost(request.id));
  }

  /** Puts the previous version back; `null` when nothing is active. */
  async rollback(
    service: ServiceArgument,
    reason = 'rollback requested',
  ): Promise<DeploymentResult | null> {
    const id = await this.rollbackSubject(refOf(service));
    return id === null ? null : this.#ports.orchestrator.rollbackDeployment(id, reason);
  }

  /** Which deployment a rollback of the service means: the one under way, else the active one, else none. */
  async rollbackSubject(ref: ServiceRef): Promise<DeploymentId | null> {
    const { index, store } = this.#ports;
    const { holder } = await index.slot(ref);
    const running = holder === null ? undefined : await store.load(holder);
    if (running !== undefined && isMoving(running)) return running.id;
    return (await index.active(ref))?.deploymentId ?? null;
  }

  /** Begins a rollback that the caller carries out; refuses what is finished and no longer the active deployment. */
  async requestRollback(id: DeploymentId, reason: string, by: string): Promise<Commanded | null> {
    const { store, index, orchestrator } = this.#ports;
    const deployment = await store.load(id);
    if (deployment === undefined) return null;
    const { status } = deployment.state;
    const now = (await index.active(deployment))?.deploymentId ?? null;
    const superseded = now !== id && now !== (deployment.previous?.deploymentId ?? null);
    if ((status === 'completed' && now !== id) || (status === 'failed' && superseded)) {
      const message = `cannot roll back ${id}: it is not the active deployment of ${deployment.environment}/${deployment.service} (${now ?? 'nothing'} is)`;
      return { deployment, refusal: { code: 'plan/refused', message } };
    }
    return orchestrator.command(id, { type: 'rollback', reason }, by, false);
  }

  getActive(service: ServiceArgument): Promise<ActiveDeployment | null> {
    return this.#ports.index.active(refOf(service));
  }

  /** The stable versions of a service, each once: what is active, what is under it, what was taken back. */
  async versions(service: ServiceArgument): Promise<readonly ServiceVersion[]> {
    return versionsOf(await this.#ports.index.versions(refOf(service)));
  }

  activeDeployments(): Promise<readonly ActiveDeployment[]> {
    return this.#ports.index.activeDeployments();
  }

  /** Newest first. */
  history(query: Partial<HistoryQuery> = {}): Promise<HistoryPage> {
    return this.#ports.index.history({ limit: 50, ...query });
  }

  /** How many deployments and services there are, by what became of them. */
  summary(): Promise<Summary> {
    return summaryOf(this.#ports.index);
  }

  /**
   * Records a deployment that the caller could not even ask for: what was wanted is in the history.
   *
   * @throws TypeError when service or version is not a name
   */
  async refuse(
    service: ServiceArgument,
    version: string,
    refusal: Pick<PlanRefusal, 'path' | 'message'>,
  ): Promise<DeploymentResult> {
    return this.#recordRefusal(this.#requestFor(service, version), refusal);
  }

  #requestFor(service: ServiceArgument, version: string): NewDeployment {
    return {
      ...refOf(service),
      id: this.#ports.ids.deploymentId(),
      version: versionOf(version),
      approve: true,
      requestedBy: null,
      idempotencyKey: null,
      digest: '',
      metadata: {},
    };
  }

  /** A request that could not even be planned is in the history all the same. */
  async #recordRefusal(
    request: NewDeployment,
    refusal: Pick<PlanRefusal, 'path' | 'message'>,
  ): Promise<DeploymentResult> {
    const { log, store, clock } = this.#ports;
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
}

function refOf(argument: ServiceArgument): ServiceRef {
  const { service, environment = DEFAULT_ENVIRONMENT } =
    typeof argument === 'string' ? { service: argument } : argument;
  return { service: serviceName(service), environment: environmentName(environment) };
}

function isMoving({ state }: Deployment): boolean {
  const { status } = state;
  return status === 'executing' || status === 'verifying' || status === 'paused';
}

const lost = (id: DeploymentId): Pick<PlanRefusal, 'path' | 'message'> => ({
  path: 'id',
  message: `${id} is no longer in the store`,
});
