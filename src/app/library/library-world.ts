import { randomUUID } from 'node:crypto';
import { rruleCalendar } from '../../adapters/calendar/rrule-calendar.js';
import { MemoryDeploymentIndex } from '../../adapters/memory/memory-index.js';
import { emptyState } from '../../adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../adapters/memory/memory-store.js';
import { randomIds } from '../../adapters/system/random-ids.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import type { PlanStatus } from '../../domain/model/deployment/plan-state.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { OrchestratorPorts } from '../../domain/orchestrator/orchestrator-ports.js';
import type { DeploymentIndex } from '../../domain/ports/deployment-index.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { IdSource } from '../../domain/ports/id-source.js';
import { SILENT } from '../../domain/ports/log.js';
import { flagsOf, routerOf } from './library-movers.js';
import type { LibraryOptions } from './library-options.js';
import { LibraryServices } from './library-services.js';

/** What an orchestrator and a manager share; it ends with the process. */
export interface LibraryWorld {
  readonly orchestrator: DeploymentOrchestrator;
  readonly manager: DeploymentManager;
  readonly services: LibraryServices;
  readonly store: DeploymentStore;
  readonly index: DeploymentIndex;
  readonly ids: IdSource;
  /** How a deployment stands now. */
  readonly statusOf: (id: DeploymentId) => PlanStatus | undefined;
}

/** @throws TypeError that names the option and what was wanted */
export function libraryWorld(options: LibraryOptions): LibraryWorld {
  const { log = SILENT } = options;
  const clock = systemClock;
  const state = emptyState();
  const store = new MemoryDeploymentStore(state, clock);
  const index = new MemoryDeploymentIndex(state);
  const ids = randomIds();
  const services = new LibraryServices(options, {
    router: routerOf(options, state),
    flags: flagsOf(options.flags),
  });
  const ports = {
    ...{ store, index, clock, log },
    calendar: rruleCalendar,
    runtimeOf: services.runtimeOf,
    ...wakingWaiters(),
    worker: `library-${randomUUID().slice(0, 8)}`,
    leaseMs: 5_000,
  };
  const orchestrator = new DeploymentOrchestrator(ports);
  const manager = new DeploymentManager({ ...ports, orchestrator, catalog: services, ids });
  return {
    ...{ orchestrator, manager, services, store, index, ids },
    statusOf: (id) => state.deployments.get(id)?.deployment.state.status,
  };
}

/** There are no jobs here: whoever executes a deployment waits in the call, and is woken. */
function wakingWaiters(): Pick<OrchestratorPorts, 'publish' | 'woken'> {
  const waiting = new Map<DeploymentId, AbortController>();
  return {
    publish: async ({ deploymentId }) => {
      waiting.get(deploymentId)?.abort();
      waiting.delete(deploymentId);
    },
    woken: (id) => {
      const waiter = waiting.get(id) ?? new AbortController();
      waiting.set(id, waiter);
      return waiter.signal;
    },
  };
}
