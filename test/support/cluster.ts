import { MemoryDeploymentIndex } from '../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../src/adapters/memory/memory-store.js';
import {
  type ManagerPorts,
  DeploymentManager,
} from '../../src/domain/manager/deployment-manager.js';
import { DeploymentOrchestrator } from '../../src/domain/manager/deployment-orchestrator.js';
import type { OrchestratorPorts } from '../../src/domain/orchestrator/orchestrator-ports.js';
import type { Calendar } from '../../src/domain/ports/calendar.js';
import type { Clock } from '../../src/domain/ports/clock.js';
import { healthyTooEarly } from './rounds-of-verdicts.js';
import { SILENT } from '../../src/domain/ports/log.js';

/** Whatever is written in a test with such a record: no analysis in it is healthy on fewer rounds than asked for. */
export class CheckedStore extends MemoryDeploymentStore {
  override async append(...transition: Parameters<MemoryDeploymentStore['append']>) {
    const [{ after }] = transition;
    const early = healthyTooEarly(after);
    if (early.length > 0) throw new Error(early.join('; '));
    return super.append(...transition);
  }
}

/** What all workers of a cluster share: its record, in memory. */
export function aRecord(clock: Clock) {
  const state = emptyState();
  const store = new CheckedStore(state, clock);
  return { state, store, index: new MemoryDeploymentIndex(state) };
}

/** Long enough for a call to outlast it, short enough for it to run out often. */
const LEASE_MS = 3_000;

/** In which nothing ever occurs. */
const NO_WINDOWS: Calendar = { check: () => null, occurrence: () => null, next: () => null };

type Own = 'store' | 'index' | 'clock' | 'runtimeOf' | 'publish';

/** The ports of one worker: its own, and what is alike for all where it has none. */
export const workerPorts = <T extends Partial<OrchestratorPorts> & Pick<OrchestratorPorts, Own>>(
  own: T,
): T & OrchestratorPorts => ({
  ...{ calendar: NO_WINDOWS, log: SILENT, worker: 'w1', leaseMs: LEASE_MS },
  ...own,
});

/** What carries deployments out with these ports, and what plans them. */
export function aWorker(
  ports: OrchestratorPorts,
  { catalog, ids }: Pick<ManagerPorts, 'catalog' | 'ids'>,
) {
  const { store, index, clock, log } = ports;
  const orchestrator = new DeploymentOrchestrator(ports);
  const manager = new DeploymentManager({ orchestrator, catalog, store, index, ids, clock, log });
  return { orchestrator, manager };
}
