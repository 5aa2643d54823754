import type { LibraryOptions } from './library-options.js';
import { DeploymentManager } from './manager.js';
import { DeploymentOrchestrator } from './orchestrator.js';

export interface Library {
  readonly orchestrator: DeploymentOrchestrator;
  readonly manager: DeploymentManager;
}

/**
 * Orchestrator and manager in one process, with no queue and no Redis; what they know ends with the process.
 *
 * @throws TypeError that names the option and what was wanted
 */
export function createLibrary(options: LibraryOptions): Library {
  const orchestrator = new DeploymentOrchestrator(options);
  return { orchestrator, manager: new DeploymentManager(orchestrator) };
}
