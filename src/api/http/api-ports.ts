import type { Queue } from 'bullmq';
import type { OutputReader } from '../../domain/ports/call-output.js';
import type { DeploymentIndex } from '../../domain/ports/deployment-index.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';

/** What the HTTP surface needs from the world. */
export interface ApiPorts {
  readonly store: Pick<DeploymentStore, 'load'>;
  readonly index: DeploymentIndex;
  /** What driver calls have written. */
  readonly output: OutputReader;
  /** The four queues of the partition, for Bull Board. */
  readonly queues: readonly Queue[];
  /** Resolves when Redis answers. */
  readonly ping: () => Promise<unknown>;
}
