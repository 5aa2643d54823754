import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { ApiPorts } from '../../src/api/http/api-ports.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import { MemoryOutput } from '../support/memory-output.js';
import { aRecord } from '../support/cluster.js';

export interface StoredDeployment {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
}

/** A world without Redis, in which these deployments exist. */
export async function fakePorts(
  stored: readonly StoredDeployment[] = [],
  ping: ApiPorts['ping'] = async () => 'PONG',
  output: ApiPorts['output'] = new MemoryOutput(),
): Promise<ApiPorts> {
  const { store, index } = aRecord(systemClock);
  for (const { deployment, events } of stored) await store.create(deployment, events);
  return { store, index, output, queues: [], ping };
}
