import { StrategySchema } from '../../contracts/strategy/strategy.schema.js';
import type { ServiceArgument } from '../../domain/manager/deployment-manager.js';
import { NOTHING_DONE } from '../../domain/manager/plan-rollback.js';
import type { Summary } from '../../domain/manager/summary.js';
import type { ActiveDeployment } from '../../domain/model/active-deployment.js';
import {
  DEFAULT_ENVIRONMENT,
  deploymentId,
  environmentName,
  serviceName,
} from '../../domain/model/ids.js';
import type { ServiceVersion } from '../../domain/model/service-version.js';
import type { DeploymentResult } from '../../domain/plan/result/deployment-result.js';
import type { HistoryPage } from '../../domain/ports/deployment-index.js';
import type { LibraryOptions, StrategyOptions } from './library-options.js';
import { type LibraryWorld, libraryWorld } from './library-world.js';
import { DeploymentOrchestrator, worldOf } from './orchestrator.js';
import { firstIssue } from './read-option.js';

/** Which part of the history is wanted. */
export interface HistoryOptions {
  /** Default: all services. */
  readonly service?: string | undefined;
  /** Default: `production`, where a service is named. */
  readonly environment?: string | undefined;
  /** 1 to 200; default 50. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** How a service is to go back. */
export interface RollbackOptions {
  /** A version that was stable on the service; default: the one before. */
  readonly toVersion?: string | undefined;
  /** Default: the library's. */
  readonly strategy?: StrategyOptions | undefined;
  readonly reason?: string | undefined;
  readonly requestedBy?: string | undefined;
}

/** Deploy and roll back by service name; everything it did is in the history. */
export class DeploymentManager {
  readonly #world: LibraryWorld;

  /**
   * @param over an orchestrator, whose deployments it shares; or options, for one of its own
   * @throws TypeError that names the option and what was wanted
   */
  constructor(over: DeploymentOrchestrator | LibraryOptions) {
    this.#world = over instanceof DeploymentOrchestrator ? worldOf(over) : libraryWorld(over);
  }

  /**
   * Deploys a version of a service and verifies it. Never throws for what went
   * wrong on the way: that is a recorded failure.
   *
   * @param strategy default: the library's
   * @throws TypeError when service or version is not a name
   */
  async deploy(
    service: ServiceArgument,
    version: string,
    strategy?: StrategyOptions,
  ): Promise<DeploymentResult> {
    const { manager } = this.#world;
    if (strategy === undefined) return manager.deploy(service, version);
    const read = StrategySchema.safeParse(strategy);
    return read.success
      ? manager.deploy(service, version, read.data)
      : manager.refuse(service, version, firstIssue(read.error, 'strategy'));
  }

  /**
   * Takes back what is under way or active: the version before comes back.
   * With `toVersion` a named stable version does, past those between. With a
   * strategy, it comes back along that by a deployment of its own. Never throws
   * for what went wrong on the way, or can't be taken back: the result says so.
   *
   * @param how a strategy, or which version, along which strategy, and why
   * @returns `null` when nothing is active
   * @throws TypeError when service or version is not a name
   */
  async rollback(
    service: ServiceArgument,
    how: StrategyOptions | RollbackOptions = {},
  ): Promise<DeploymentResult | null> {
    const { manager } = this.#world;
    const settings: RollbackOptions = 'kind' in how ? { strategy: how } : how;
    const { strategy, ...rest } = settings;
    if (strategy === undefined) return manager.rollback(service, rest);
    const read = StrategySchema.safeParse(strategy);
    if (read.success) return manager.rollback(service, { ...rest, strategy: read.data });
    const { path, message } = firstIssue(read.error, 'strategy');
    return { ...NOTHING_DONE, errors: [`${path}: ${message}`] };
  }

  /** What is active; its version is `null` while it is unknown. `null` when nothing is. */
  async getActive(service: ServiceArgument): Promise<ActiveDeployment | null> {
    return this.#world.manager.getActive(service);
  }

  /** The stable versions of a service, each once: what is active, what is under it, what was taken back. */
  async versions(service: ServiceArgument): Promise<readonly ServiceVersion[]> {
    return this.#world.manager.versions(service);
  }

  async activeDeployments(): Promise<readonly ActiveDeployment[]> {
    return this.#world.manager.activeDeployments();
  }

  /**
   * Newest first.
   *
   * @throws TypeError when a service or an environment is not a name
   */
  async history(options: HistoryOptions = {}): Promise<HistoryPage> {
    const { service, environment = DEFAULT_ENVIRONMENT, limit = 50, after } = options;
    return this.#world.manager.history({
      limit,
      ...(after !== undefined && { after: deploymentId(after) }),
      ...(service !== undefined && {
        ref: { service: serviceName(service), environment: environmentName(environment) },
      }),
    });
  }

  /** How many deployments and services there are, by what became of them. */
  async summary(): Promise<Summary> {
    return this.#world.manager.summary();
  }
}
