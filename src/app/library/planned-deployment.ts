import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { PlanStatus } from '../../domain/model/deployment/plan-state.js';
import type { DeploymentPlan } from '../../domain/model/plan/deployment-plan.js';
import type { StrategyOptions } from './library-options.js';
import type { TargetOptions } from './target-options.js';

/** What is to be deployed. */
export interface PlanRequest {
  readonly version: string;
  /** Default: the only service that the library has targets for, else `default`. */
  readonly service?: string | undefined;
  /** Default: `production`. */
  readonly environment?: string | undefined;
  /** Default: those that the library has for the service. */
  readonly targets?: TargetOptions | undefined;
  /** Default: the library's. */
  readonly strategy?: StrategyOptions | undefined;
  /** Who asks; events name them. */
  readonly requestedBy?: string | undefined;
  /** Labels of the caller's own, carried along. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What will be done, decided once, and how it stands. */
export interface PlannedDeployment extends DeploymentPlan {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  /** As it is now: `draft` when it has just been planned. */
  readonly state: PlanStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A plan, or its id. */
export type PlanOrId = string | { readonly id: string };

/** A deployment that cannot be planned: which field keeps it from that, and what was wanted. */
export class PlanRefused extends Error {
  override readonly name = 'PlanRefused';
  /** The field at fault: `strategy.batchSize`. */
  readonly path: string;

  constructor({ path, message }: { readonly path: string; readonly message: string }) {
    super(`\`${path}\`: ${message}`);
    this.path = path;
  }
}

/** @param stateOf how a deployment stands now */
export const plannedDeployment = (
  { id, service, environment, version, plan, createdAt, metadata }: Deployment,
  stateOf: () => PlanStatus,
): PlannedDeployment => ({
  ...plan,
  ...{ id, service, environment, version, createdAt, metadata },
  get state() {
    return stateOf();
  },
});
