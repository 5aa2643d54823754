import type { Clock } from '../../domain/ports/clock.js';
import type { WorkerEnvironment } from './driver-environment.js';

/** What a configured driver needs of the worker that it works for. */
export interface DriverDependencies {
  /** Where it keeps what must outlive the worker; shared by all workers of a machine. */
  readonly stateDir: string;
  /** A name that no other run of a worker has or had. */
  readonly workerId: string;
  readonly clock: Clock;
  /** Where `env:NAME` is read from. */
  readonly environment: WorkerEnvironment;
}
