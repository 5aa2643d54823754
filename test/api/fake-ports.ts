import { MemoryDeploymentIndex } from '../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../src/adapters/memory/memory-store.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { ApiPorts } from '../../src/api/http/api-ports.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';

export interface StoredDeployment {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
}

/** A world without Redis, in which these deployments exist. */
export async function fakePorts(
  stored: readonly StoredDeployment[] = [],
  ping: ApiPorts['ping'] = async () => 'PONG',
): Promise<ApiPorts> {
  const state = emptyState();
  const store = new MemoryDeploymentStore(state, systemClock);
  for (const { deployment, events } of stored) await store.create(deployment, events);
  return { store, index: new MemoryDeploymentIndex(state), queues: [], ping };
}
