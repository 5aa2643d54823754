import { checkConfig } from '../adapters/config/load-config.js';
import type { ConfigInput } from '../contracts/config/config.schema.js';
import type { Log } from '../domain/ports/log.js';
import type { WorkerHost } from '../workers/worker-host.js';
import { composeWorker, type WorkerOptions } from './compose.js';
import { createLog } from './log.js';

export interface CreateWorkerOptions extends Omit<WorkerOptions, 'config' | 'log'> {
  readonly config: ConfigInput;
  /** JSON lines on standard error where not given. */
  readonly log?: Log;
}

/**
 * Starts the workers for all four queues, and the rescuer. Resolves once they
 * take jobs.
 *
 * @throws ConfigError when the configuration can't work
 * @throws UnfitRedis when Redis may evict keys
 */
export function createWorker({
  config,
  log = createLog(),
  ...rest
}: CreateWorkerOptions): Promise<WorkerHost> {
  return composeWorker({ ...rest, log, config: checkConfig(config) });
}
