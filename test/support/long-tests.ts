/** `npm run test:long` sets it. Read here and nowhere else. */
export const FULL = process.env['SIGNALBOX_TEST_FULL'] === '1';

/**
 * What takes long in full: random tests, and lists of similar cases that each start
 * processes. `npm test` runs a few cases of each, `npm run test:long` all of them and
 * the files named `*.long.test.ts`. `howMany` refuses a file that is not named here: its full number
 * would never run.
 */
export const LONG_TESTS = [
  'test/adapters/redis/model/redis-store.model.test.ts',
  'test/balancers/balancers.test.ts',
  'test/contracts/hostile/contracts.fuzz.test.ts',
  'test/contracts/hostile/http.fuzz.test.ts',
  'test/domain/analysis/error-rates.test.ts',
  'test/domain/orchestrator/effect-crash.test.ts',
  'test/domain/simulation/interleavings.test.ts',
  'test/domain/simulation/memory-store.model.test.ts',
  'test/e2e/guides.test.ts',
  'test/e2e/kill-worker.test.ts',
  'test/e2e/strategies/blue-green.test.ts',
  'test/e2e/strategies/metrics-trouble.test.ts',
  'test/e2e/strategies/outside-hands.test.ts',
  'test/e2e/strategies/traffic-canary.test.ts',
  'test/integration/audit-mutations.test.ts',
  'test/integration/crash-points.test.ts',
  'test/integration/forced-end.test.ts',
  'test/integration/restarted-workers.test.ts',
  'test/lives/lives.test.ts',
  'test/lives/pairs.test.ts',
  'test/lives/planted-back.test.ts',
  'test/lives/planted-faults.test.ts',
  'test/lives/planted-pair.test.ts',
  'test/load/many-waiting.test.ts',
  'test/workers/release.property.test.ts',
];
