import type { OutputLog } from '../../../domain/ports/call-output.js';
import type { Clock } from '../../../domain/ports/clock.js';
import type { WorkerEnvironment } from './driver-environment.js';

/** What a configured driver needs of the worker that it works for. */
export interface DriverDependencies {
  /** Where it keeps what must outlive the worker; shared by all workers of a machine. */
  readonly stateDir: string;
  /**
   * The name that the worker's calls are recorded under, and that no other run of
   * a worker has or had. Without it, a call that was cut short before it did
   * anything here can't be told from one that was made elsewhere, and is waited out.
   */
  readonly workerId?: string | undefined;
  readonly clock: Clock;
  /** Where `env:NAME` is read from. */
  readonly environment: WorkerEnvironment;
  /** Takes what its calls write while they run; nobody where not given. */
  readonly output?: OutputLog | undefined;
}
