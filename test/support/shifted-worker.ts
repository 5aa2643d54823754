// First: what is loaded after it may keep Date for itself.
import { shiftClock } from '../chaos/shifted-date.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { composeWorker } from '../../src/app/workers/compose.js';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { FakeDriver, FakeServices, fine } from './fake-services.js';

/** A worker in a process of its own, on a host whose clock is wrong by SHIFT milliseconds. */
const { REDIS = '', NAMESPACE = '', SHIFT = '0', CALL_MS = '0' } = process.env;
shiftClock(Number(SHIFT));

const driver = new FakeDriver();
driver.onApply = async () => {
  await systemClock.sleep(Number(CALL_MS));
  return fine;
};
const host = await composeWorker({
  connection: REDIS,
  config: ConfigSchema.parse({ namespace: NAMESPACE, services: {} }),
  log: SILENT,
  services: () => new FakeServices({ driver, policy: { deadline: 600_000 } }),
});
process.once('SIGTERM', () => {
  void host.stop().then(() => process.exit(0));
});
process.send?.('ready');
