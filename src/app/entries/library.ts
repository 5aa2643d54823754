/** `signalbox`: the orchestrator and the manager as a library, without queue or Redis. */
export { createLibrary, type Library } from '../library/create-library.js';
export type { LibraryOptions } from '../library/library-options.js';
export { deployFn } from '../../adapters/drivers/deploy-fn.driver.js';
export { createProbe } from '../../adapters/probes/probe-registry.js';
export { type CheckSubject, HealthChecker } from '../library/health-checker.js';
export { DeploymentManager } from '../../domain/manager/deployment-manager.js';
export {
  DeploymentOrchestrator,
  PlanStateError,
} from '../../domain/manager/deployment-orchestrator.js';
export type { Deployment } from '../../domain/model/deployment/deployment.js';
export type { DeploymentResult } from '../../domain/plan/result/deployment-result.js';
export type { DeploymentPlan } from '../../domain/model/plan/deployment-plan.js';
export type { PlanState, PlanStatus } from '../../domain/model/deployment/plan-state.js';
export type { ServiceVersion, VersionState } from '../../domain/model/service-version.js';
export type { DeploymentStatus } from '../../domain/manager/status.js';
export type { HealthStatus, Verification } from '../../domain/model/verification.js';
export type { HealthProbe } from '../../domain/ports/health-probe.js';
export type { TargetDriver } from '../../domain/ports/target-driver.js';
export type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';
