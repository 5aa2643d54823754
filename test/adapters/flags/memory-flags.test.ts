import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { flagStoreSuite } from '../../suites/flag-store.suite.js';

flagStoreSuite(
  'memory',
  async () => new MemoryFlagStore(),
  (store) => (flag, percent) => store.changeByHand(flag, percent),
);
