import { MemoryFreezes } from '../../../src/adapters/memory/memory-freezes.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { serviceKey } from '../../../src/domain/model/ids.js';
import type { AutomationHold } from '../../../src/domain/model/hold.js';
import { freezeStoreSuite } from '../../suites/freeze-store.suite.js';

freezeStoreSuite('freezes in memory', async () => {
  const holds = new Map<string, AutomationHold>();
  return {
    store: new MemoryFreezes(holds, systemClock),
    hold: async (ref, hold) => {
      holds.set(serviceKey(ref), hold);
    },
  };
});
