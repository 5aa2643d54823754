/**
 * A worker to be killed: starts a command for one call and says nothing more.
 * Run as `node doomed-worker.js <folder> <script> <kill grace in ms>`.
 */
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import { driverCall, never } from './driver-calls.js';

const [, , folder = '.', script = 'exit 1', killGrace = '100'] = process.argv;
const driver = createCommandDriver(
  CommandDriverSchema.parse({
    kind: 'command',
    argv: ['/bin/sh', '-c', script],
    cwd: folder,
    killGrace: Number(killGrace),
  }),
  {
    stateDir: `${folder}/state`,
    workerId: 'doomed',
    clock: { now: Date.now, sleep: () => Promise.resolve() },
    environment: { PATH: process.env['PATH'] },
  },
);
await driver.apply(driverCall({ fence: 5 }), never());
