import { type EventView, eventViews } from '../../contracts/views/deployment-view.js';
import { VersionSchema, MetadataSchema } from '../../contracts/values/schemas.js';
import { StrategySchema } from '../../contracts/strategy/strategy.schema.js';
import { PlanStateError } from '../../domain/manager/deployment-orchestrator.js';
import { type DeploymentStatus, deploymentStatus, statusOf } from '../../domain/manager/status.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import {
  DEFAULT_ENVIRONMENT,
  type DeploymentId,
  deploymentId,
  environmentName,
  serviceName,
} from '../../domain/model/ids.js';
import type { HealthStatus } from '../../domain/model/verification.js';
import type { PlanCommand } from '../../domain/plan/machine/plan-command.js';
import type { DeploymentResult } from '../../domain/plan/result/deployment-result.js';
import type { LibraryOptions } from './library-options.js';
import { type LibraryWorld, libraryWorld } from './library-world.js';
import {
  type PlannedDeployment,
  plannedDeployment,
  type PlanOrId,
  PlanRefused,
  type PlanRequest,
} from './planned-deployment.js';
import { readOption } from './read-option.js';
import { readTargets } from './target-options.js';

/** The seed's DeploymentStatus: everything in one view, or one deployment in the same words. */
export interface LibraryStatus extends Omit<DeploymentStatus, 'activePlan'> {
  /** The newest that has not ended. */
  readonly activePlan: PlannedDeployment | null;
}

/** Plan, execute, verify: one deployment at a time, in the process, with no queue and no Redis. */
export class DeploymentOrchestrator {
  readonly #world: LibraryWorld;

  /** @throws TypeError that names the option and what was wanted */
  constructor(options: LibraryOptions) {
    this.#world = libraryWorld(options);
    worlds.set(this, this.#world);
  }

  /**
   * Says what will be done, and changes nothing. The plan is a draft, which may be
   * executed unless the policy requires approval.
   *
   * @throws TypeError that names the field that is wrong
   * @throws PlanRefused where it could not work, with the field that keeps it from working
   */
  async planDeployment(request: PlanRequest): Promise<PlannedDeployment> {
    const { manager, services, ids } = this.#world;
    const { environment = DEFAULT_ENVIRONMENT, requestedBy = null } = request;
    const { service = services.onlyService ?? 'default', targets, strategy } = request;
    const answer = await manager.plan(
      {
        id: ids.deploymentId(),
        service: serviceName(service),
        environment: environmentName(environment),
        version: readOption(VersionSchema, request.version, 'version'),
        ...{ approve: false, requestedBy, idempotencyKey: null, digest: '' },
        metadata: readOption(MetadataSchema, request.metadata, 'metadata'),
      },
      {
        targets: targets && readTargets(targets, 'targets'),
        strategy: strategy && readOption(StrategySchema, strategy, 'strategy'),
      },
    );
    if (!answer.ok) throw new PlanRefused(answer.error);
    return this.#planned(answer.value.deployment);
  }

  /**
   * Carries out the steps, and what a failure leads to, to the end.
   *
   * @throws PlanStateError unless the plan is a draft (and its policy lets drafts execute) or approved
   */
  async executeDeployment(plan: PlanOrId): Promise<DeploymentResult> {
    return this.#world.orchestrator.executeDeployment(idOf(plan));
  }

  /**
   * Judges what was executed; healthy where there are no checks. What is not is rolled back to its end.
   *
   * @throws PlanStateError unless it was executed and not verified yet
   */
  async verifyDeployment(plan: PlanOrId): Promise<HealthStatus> {
    return this.#world.orchestrator.verifyDeployment(idOf(plan));
  }

  /**
   * Puts the previous version back and says how that went.
   *
   * @throws PlanStateError where there is nothing to take back
   */
  async rollbackDeployment(
    plan: PlanOrId,
    reason = 'rollback requested',
  ): Promise<DeploymentResult> {
    return this.#world.orchestrator.rollbackDeployment(idOf(plan), reason);
  }

  /** Everything in one view; of one deployment, where it is named: how it stands, and what came of it. */
  async getDeploymentStatus(plan?: PlanOrId): Promise<LibraryStatus> {
    const { index } = this.#world;
    const { activePlan, ...status } =
      plan === undefined ? await deploymentStatus(index) : statusOf(await this.#load(plan));
    return { ...status, activePlan: activePlan && this.#planned(activePlan) };
  }

  /** What has happened to a deployment so far, in order. */
  async getDeploymentEvents(plan: PlanOrId): Promise<readonly EventView[]> {
    const deployment = await this.#load(plan);
    return eventViews(deployment, await this.#world.index.events(deployment.id));
  }

  /**
   * @param how `older`: also where it was planned before what is active now
   * @throws PlanStateError where it is no draft, or this one may not approve it
   */
  async approveDeployment(
    plan: PlanOrId,
    by: string,
    { older = false }: { older?: boolean } = {},
  ): Promise<void> {
    await this.#order(plan, { type: 'approve', by, older }, by);
  }

  /**
   * Goes past the gate, wait or analysis at which it stands; with `all` past every one that comes.
   *
   * @throws PlanStateError where it stands at none
   */
  async promoteDeployment(plan: PlanOrId, by: string, all = false): Promise<void> {
    await this.#order(plan, { type: 'promote', by, all }, by);
  }

  /**
   * Stops what is under way and puts the previous version back.
   *
   * @throws PlanStateError where it is not under way
   */
  async abortDeployment(plan: PlanOrId, reason: string): Promise<void> {
    await this.#order(plan, { type: 'abort', reason });
  }

  async #order(plan: PlanOrId, order: PlanCommand, by = 'library'): Promise<void> {
    const id = idOf(plan);
    const done = await this.#world.orchestrator.command(id, order, by);
    if (done === null) throw new PlanStateError(`no deployment ${id}`);
    if (done.refusal !== null) throw new PlanStateError(done.refusal.message);
  }

  async #load(plan: PlanOrId): Promise<Deployment> {
    const id = idOf(plan);
    const deployment = await this.#world.store.load(id);
    if (deployment === undefined) throw new PlanStateError(`no deployment ${id}`);
    return deployment;
  }

  #planned(deployment: Deployment): PlannedDeployment {
    const { statusOf: now } = this.#world;
    return plannedDeployment(deployment, () => now(deployment.id) ?? deployment.state.status);
  }
}

const worlds = new WeakMap<DeploymentOrchestrator, LibraryWorld>();

/** What an orchestrator shares with its manager. */
export function worldOf(orchestrator: DeploymentOrchestrator): LibraryWorld {
  const world = worlds.get(orchestrator);
  if (world === undefined) throw new TypeError('expected an orchestrator of this library');
  return world;
}

const idOf = (plan: PlanOrId): DeploymentId =>
  deploymentId(typeof plan === 'string' ? plan : plan.id);
