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
import type { NewDeployment } from './new-deployment.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { DeploymentResult } from '../plan/result/deployment-result.js';
import type { PlanRefusal } from '../strategies/parts/strategy.js';
import { notRolledBack } from '../plan/outdated.js';
import type { ActiveDeployment } from '../model/active-deployment.js';
import type { Clock } from '../ports/clock.js';
import type { DeploymentIndex, HistoryPage, HistoryQuery } from '../ports/deployment-index.js';
import type { DeploymentStore } from '../ports/deployment-store.js';
import type { IdSource } from '../ports/id-source.js';
import type { Log } from '../ports/log.js';
import type { PlanOverrides, ServiceCatalog } from './service-catalog.js';
import { ok } from '../model/result.js';
import type { StrategySpec } from '../model/plan/strategy-spec.js';
import { type ServiceVersion, versionsOf } from '../model/service-version.js';
import {
  NOTHING_DONE,
  planRollback,
  type RollbackAnswer,
  type RollbackOptions,
  type RollbackRequest,
} from './plan-rollback.js';
import { carryOut, recordRefusal, takeBack } from './carry-out.js';
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
    const request = this.#requestOf(refOf(service), version);
    const plan = (): Promise<PlanAnswer> => this.plan(request, { strategy });
    return carryOut(this.#ports, request, plan);
  }

  /**
   * Takes back what is under way or active: the version before comes back.
   * With `toVersion` a named stable version does, past those between; with a
   * strategy it comes back along that, else along the service's. Never throws
   * for what went wrong on the way.
   *
   * @returns `null` when nothing is active
   * @throws TypeError when service or version is not a name
   */
  async rollback(
    service: ServiceArgument,
    how: StrategySpec | RollbackOptions = {},
  ): Promise<DeploymentResult | null> {
    const options: RollbackOptions = 'kind' in how ? { strategy: how } : how;
    const { toVersion, strategy, reason = 'rollback requested', requestedBy = null } = options;
    const ref = refOf(service);
    if (toVersion === undefined && strategy === undefined) {
      const id = await this.rollbackSubject(ref);
      return id === null ? null : takeBack(this.#ports, id, reason);
    }
    const named = toVersion === undefined ? null : versionOf(toVersion);
    const id = this.#ports.ids.deploymentId();
    const request = { ...ref, id, requestedBy, toVersion: named, strategy, reason };
    const answer = await this.planRollback(request);
    switch (answer.kind) {
      case 'nothing_active':
        return null;
      case 'plain':
        return takeBack(this.#ports, answer.deploymentId, reason);
      case 'already_active':
        return {
          ...{ ...NOTHING_DONE, success: true, state: 'completed' },
          metadata: { note: answer.message },
        };
      case 'refused':
        return { ...NOTHING_DONE, errors: [`${answer.path}: ${answer.message}`] };
      case 'planned': {
        const { deployment } = answer;
        const plan = async (): Promise<PlanAnswer> => ok({ deployment, created: true });
        return carryOut(this.#ports, { ...deployment, approve: true }, plan);
      }
    }
  }

  /** Plans the way back to a named version, or says why there is nothing to plan. The same request again is the one that exists. */
  planRollback(request: RollbackRequest): Promise<RollbackAnswer> {
    return planRollback(this.#ports, request);
  }

  #requestOf(ref: ServiceRef, version: string): NewDeployment {
    return {
      ...ref,
      id: this.#ports.ids.deploymentId(),
      version: versionOf(version),
      approve: true,
      requestedBy: null,
      idempotencyKey: null,
      digest: '',
      metadata: {},
    };
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
    const message = notRolledBack(deployment, { active: await index.active(deployment) });
    if (message !== null) return { deployment, refusal: { code: 'plan/refused', message } };
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
    return recordRefusal(this.#ports, this.#requestOf(refOf(service), version), refusal);
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
