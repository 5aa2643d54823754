import { MemoryDeploymentIndex } from '../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../src/adapters/memory/memory-store.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { deploymentStoreSuite } from '../suites/deployment-store.suite.js';

deploymentStoreSuite('a store in memory', async () => {
  const state = emptyState();
  return {
    store: new MemoryDeploymentStore(state, systemClock),
    index: new MemoryDeploymentIndex(state),
  };
});
