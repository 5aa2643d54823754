/**
 * A worker to be killed: carries out one call of the local process driver, says
 * so and lives on. Run as `node doomed-local-worker.js <settings> <call>`.
 */
import { createLocalProcessDriver } from '../../../src/adapters/drivers/local-process/local-process.driver.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { LocalProcessDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import { driverCall, never } from './driver-calls.js';

const [, , settings = '{}', call = '{}'] = process.argv;
const driver = createLocalProcessDriver(LocalProcessDriverSchema.parse(JSON.parse(settings)), {
  stateDir: '.',
  clock: systemClock,
  environment: { PATH: process.env['PATH'] },
});
// oxlint-disable-next-line typescript/no-unsafe-argument, typescript/no-unsafe-type-assertion -- written by the test that starts this
const answer = await driver.apply(driverCall(JSON.parse(call) as object), never());
process.stdout.write(`${JSON.stringify(answer)}\n`);
setInterval(() => {}, 1_000);
