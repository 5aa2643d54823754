/** `signalbox`: the orchestrator and the manager as a library, without queue or Redis. */
export { createLibrary, type Library, type LibraryOptions } from '../create-library.js';
export { deployFn } from '../../adapters/drivers/deploy-fn.driver.js';
export { createProbe } from '../../adapters/probes/probe-registry.js';
export { HealthChecker } from '../../domain/health/health-checker.js';
export { DeploymentManager } from '../../domain/manager/deployment-manager.js';
export {
  DeploymentOrchestrator,
  PlanStateError,
} from '../../domain/orchestrator/deployment-orchestrator.js';
export type { Deployment, DeploymentResult } from '../../domain/plan/deployment.js';
export type { DeploymentPlan } from '../../domain/plan/deployment-plan.js';
export type { PlanState, PlanStatus } from '../../domain/plan/plan-state.js';
export type { DeploymentStatus } from '../../domain/orchestrator/status.js';
export type { HealthStatus, Verification } from '../../domain/health/verification.js';
export type { HealthProbe } from '../../domain/ports/health-probe.js';
export type { TargetDriver } from '../../domain/ports/target-driver.js';
export type { StrategySpec } from '../../domain/strategies/strategy-spec.js';
