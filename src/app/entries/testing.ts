/**
 * `signalbox/testing`: try strategies and configurations in memory, on a clock
 * that jumps, with whatever goes wrong that you say; and the store in memory,
 * which passes the same suite as the one in Redis.
 */
export {
  createSimulation,
  simulate,
  Simulation,
  type SimulationRequest,
} from '../simulation/simulation.js';
export { type Simulated, simulationView } from '../../contracts/views/simulation-view.js';
export type { Fault, CallFault } from '../../contracts/simulation/fault.schema.js';
export {
  type DriverFault,
  type SimulatedCall,
  SimulatedDriver,
  type SimulatedDriverOptions,
} from '../../adapters/simulation/simulated-driver.js';
export { type ProbeFault, simulatedProbe } from '../../adapters/simulation/simulated-probe.js';
export { type Death, mortalStore, WorkerDied } from '../../adapters/simulation/mortal-store.js';
export { VirtualClock } from '../../adapters/simulation/virtual-clock.js';
export { MemoryFlagStore } from '../../adapters/memory/memory-flags.js';
export { MemoryDeploymentIndex } from '../../adapters/memory/memory-index.js';
export { MemoryRouter } from '../../adapters/memory/memory-router.js';
export { emptyState, type MemoryState } from '../../adapters/memory/memory-state.js';
export { MemoryDeploymentStore } from '../../adapters/memory/memory-store.js';
