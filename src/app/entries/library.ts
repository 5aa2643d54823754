/** `signalbox`: the orchestrator and the manager as a library, without queue or Redis. */
export { createLibrary, type Library } from '../library/create-library.js';
export type { LibraryOptions, PolicyOptions, StrategyOptions } from '../library/library-options.js';
export type { TargetOption, TargetOptions } from '../library/target-options.js';
export { DeploymentOrchestrator, type LibraryStatus } from '../library/orchestrator.js';
export {
  DeploymentManager,
  type HistoryOptions,
  type RollbackOptions,
} from '../library/manager.js';
export {
  type PlannedDeployment,
  type PlanOrId,
  PlanRefused,
  type PlanRequest,
} from '../library/planned-deployment.js';
export { type CheckSubject, HealthChecker } from '../library/health-checker.js';
export { type CheckInput, createProbe } from '../../adapters/probes/probe-registry.js';
export { deployFn, type DeployFunction } from '../../adapters/drivers/deploy-fn.driver.js';
export type { CheckFunction } from '../../adapters/functions/function-probe.js';
export type { FlagFunction } from '../../adapters/functions/function-flags.js';
export type { MetricFunction } from '../../adapters/functions/function-source.js';
export type { RouteFunction } from '../../adapters/functions/function-router.js';
export type { SwitchFunction } from '../../adapters/functions/switch-router.js';
export type { EventView } from '../../contracts/views/deployment-view.js';
export { PlanStateError } from '../../domain/manager/deployment-orchestrator.js';
export type { ServiceArgument } from '../../domain/manager/deployment-manager.js';
export type { DeploymentStatus } from '../../domain/manager/status.js';
export type { Summary } from '../../domain/manager/summary.js';
export type { ActiveDeployment } from '../../domain/model/active-deployment.js';
export type { Deployment } from '../../domain/model/deployment/deployment.js';
export type { PlanState, PlanStatus } from '../../domain/model/deployment/plan-state.js';
export type { DeploymentPlan } from '../../domain/model/plan/deployment-plan.js';
export type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';
export type { ServiceVersion } from '../../domain/model/service-version.js';
export type { Target } from '../../domain/model/target.js';
export type { HealthStatus, Verification } from '../../domain/model/verification.js';
export type { DeploymentResult } from '../../domain/plan/result/deployment-result.js';
export type { FlagStore } from '../../domain/ports/flag-store.js';
export type { HealthProbe } from '../../domain/ports/health-probe.js';
export type { HistoryPage } from '../../domain/ports/deployment-index.js';
export type { MetricSource } from '../../domain/ports/metric-source.js';
export type { TargetDriver } from '../../domain/ports/target-driver.js';
export type { TrafficRouter } from '../../domain/ports/traffic-router.js';
