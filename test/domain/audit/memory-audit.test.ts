import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { MemoryDeploymentIndex } from '../../../src/adapters/memory/memory-index.js';
import { emptyState } from '../../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../../src/adapters/memory/memory-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { EventTape } from '../../cli/event-tape.js';
import { auditSourceSuite } from '../../suites/audit-source.suite.js';
import { StoreHand } from '../../support/store-hand.js';

auditSourceSuite('an audit of the store in memory', async () => {
  const state = emptyState();
  const tape = new EventTape();
  const store = tape.recording(new MemoryDeploymentStore(state, systemClock));
  const hand = new StoreHand(store, new MemoryDeploymentIndex(state));
  return { hand, source: new MemoryAuditSource(state, tape.events) };
});
