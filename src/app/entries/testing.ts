/** `signalbox/testing`: the store in memory, which passes the same suite as the one in Redis. */
export { MemoryDeploymentIndex } from '../../adapters/memory/memory-index.js';
export { emptyState, type MemoryState } from '../../adapters/memory/memory-state.js';
export { MemoryDeploymentStore } from '../../adapters/memory/memory-store.js';
