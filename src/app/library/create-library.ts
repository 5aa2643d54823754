import type { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import type { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import type { LibraryOptions } from './library-options.js';
import { libraryWorld } from './library-world.js';

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
  const { orchestrator, manager } = libraryWorld(options);
  return { orchestrator, manager };
}
