/** `signalbox/drivers`: what puts versions on targets, for library users. */
export { deployFn } from '../../adapters/drivers/deploy-fn.driver.js';
export { stopAllProcesses } from '../../adapters/drivers/local-process/stop-all-processes.js';
export { createDriver } from '../../adapters/drivers/driver-registry.js';
export { createProbe } from '../../adapters/probes/probe-registry.js';
export type { TargetDriver } from '../../domain/ports/target-driver.js';
export type { HealthProbe } from '../../domain/ports/health-probe.js';
