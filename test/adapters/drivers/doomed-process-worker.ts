/**
 * A worker to be killed: makes one call and says nothing more.
 * Run as `node doomed-process-worker.js <spec as JSON> <call as JSON>`.
 */
import { createLocalProcessDriver } from '../../../src/adapters/drivers/local-process/local-process.driver.js';
import { LocalProcessDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import { driverCall, never } from './driver-calls.js';

const [, , spec = '{}', call = '{}'] = process.argv;
const driver = createLocalProcessDriver(LocalProcessDriverSchema.parse(JSON.parse(spec)), {
  stateDir: 'unused',
  clock: { now: Date.now, sleep: () => Promise.resolve() },
  environment: { PATH: process.env['PATH'] },
});
await driver.apply(driverCall(JSON.parse(call)), never());
