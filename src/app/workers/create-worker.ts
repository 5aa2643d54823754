import { ConfiguredServices } from '../../adapters/config/configured-services.js';
import { checkConfig } from '../../adapters/config/load-config.js';
import { missingSecrets } from '../../adapters/config/missing-secrets.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import type { Config, ConfigInput } from '../../contracts/config/config.schema.js';
import type { Log } from '../../domain/ports/log.js';
import type { WorkerHost } from '../../workers/worker-host.js';
import { composeWorker, type Services, type WorkerOptions } from './compose.js';
import { createLog } from '../process/log.js';
import { DEFAULT_STATE_DIR } from '../process/state-dir.js';

export interface CreateWorkerOptions extends Pick<WorkerOptions, 'connection' | 'allowEviction'> {
  readonly config: ConfigInput;
  /** JSON lines on standard error where not given. */
  readonly log?: Log;
  /** Where drivers keep what must survive the worker. */
  readonly stateDir?: string;
  /** Plans and carries deployments out in place of the configuration's services: for drivers of your own. */
  readonly services?: Services;
}

/**
 * Starts the workers for all four queues, and the rescuer. Resolves once they
 * take jobs.
 *
 * @throws ConfigError when the configuration can't work
 * @throws UnfitRedis when Redis may evict keys
 * @throws OtherRecordFormat when another version wrote the records
 */
export async function createWorker(options: CreateWorkerOptions): Promise<WorkerHost> {
  const { log = createLog(), stateDir, services, ...rest } = options;
  const config = checkConfig(options.config);
  return composeWorker({
    ...rest,
    log,
    config,
    services: services ? () => services : await configuredServices(config, log, stateDir),
  });
}

/** The configuration's services, for a worker whose name the drivers need to know their own calls again. */
export async function configuredServices(
  config: Config,
  log: Log,
  stateDir = DEFAULT_STATE_DIR,
): Promise<WorkerOptions['services']> {
  const missing = await missingSecrets(config, process.env);
  for (const { path, message, stops } of missing) {
    const services = stops.map(({ service, environment }) => `${environment}/${service}`);
    const field = path.join('.');
    log.error({ field, reason: message, services }, 'a secret is missing: left to other workers');
  }
  return (surroundings) =>
    new ConfiguredServices(config, { clock: systemClock, stateDir, ...surroundings }, missing);
}
