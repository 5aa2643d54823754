import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { EventTape } from '../../cli/event-tape.js';
import { auditSourceSuite } from '../../suites/audit-source.suite.js';
import { aRecord } from '../../support/cluster.js';
import { StoreHand } from '../../support/store-hand.js';

auditSourceSuite('an audit of the store in memory', async () => {
  const { state, store, index } = aRecord(systemClock);
  const tape = new EventTape();
  const hand = new StoreHand(tape.recording(store), index);
  return { hand, source: new MemoryAuditSource(state, tape.events) };
});
