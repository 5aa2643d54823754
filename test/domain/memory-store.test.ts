import { MemoryDeploymentIndex } from '../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../src/adapters/memory/memory-store.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { deploymentStoreSuite } from '../suites/deployment-store.suite.js';

deploymentStoreSuite('a store in memory', async () => {
  const state = emptyState();
  const clock = new VirtualClock();
  return {
    store: new MemoryDeploymentStore(state, clock),
    index: new MemoryDeploymentIndex(state),
  };
});
