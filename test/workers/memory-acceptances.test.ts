import { MemoryJobAcceptances } from '../../src/adapters/memory/memory-acceptances.js';
import { jobAcceptancesSuite } from '../suites/job-acceptances.suite.js';

jobAcceptancesSuite('accepted jobs in memory', async () => {
  let now = 1_000_000;
  return {
    acceptances: new MemoryJobAcceptances({ now: () => now }),
    async pass(ms) {
      now += ms;
    },
  };
});
