import { appendFileSync } from 'node:fs';
import { createDriver } from '../../src/adapters/drivers/driver-registry.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { composeWorker } from '../../src/app/workers/compose.js';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { DriverSchema } from '../../src/contracts/config/driver.schema.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { onlyFor } from './only-for.js';
import { aProbe, FakeDriver, FakeServices, fine, saw } from './fake-services.js';

/**
 * A worker in a process of its own, for tests that kill it. Its targets write a
 * ledger, or DRIVER (JSON, as in a configuration) says what they are; CRASH_AT
 * (`append:3:before`, `apply:1:after`) makes it kill itself around one call of
 * the store or of the driver, as hard as the kernel does it. CHECKED gives its
 * services a check, which always passes. KNOWS (`api,web`) is all that it is
 * configured for, and it refuses the rest; everything where not given.
 */
const { REDIS = '', NAMESPACE = '', LEDGER = '', CRASH_AT = '', CALL_MS = '0' } = process.env;
const { DRIVER = '', STATE_DIR = '', CHECKED = '', KNOWS = '' } = process.env;
const [method = '', nth = '', when = ''] = CRASH_AT.split(':');

const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};

/** Counts the calls of one method and dies before or after the n-th. */
function mortal<T extends object>(mortalOne: T): T {
  let left = Number(nth);
  return new Proxy(mortalOne, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const now = name === method && --left === 0;
        if (now && when === 'before') return die();
        const answer: unknown = await Reflect.apply(value, target, args);
        return now ? die() : answer;
      };
    },
  });
}

const fake = new FakeDriver();
const note = (line: string): void => {
  if (LEDGER !== '') appendFileSync(LEDGER, `${line}\n`);
};
fake.onApply = async ({ action, target, version, fence, deploymentId }) => {
  note(`begin ${action} ${target.id} ${version} ${fence} ${deploymentId}`);
  await systemClock.sleep(Number(CALL_MS));
  note(`end ${action} ${target.id} ${version} ${fence} ${deploymentId}`);
  // Nobody asks this process what it remembers, and what it costs is measured.
  fake.calls.length = 0;
  fake.ledger.length = 0;
  return fine;
};

const host = await composeWorker({
  connection: REDIS,
  config: ConfigSchema.parse({ namespace: NAMESPACE, services: {}, worker: { lease: 1_000 } }),
  log: SILENT,
  services: ({ workerId }) => {
    const driver =
      DRIVER === ''
        ? fake
        : createDriver(DriverSchema.parse(JSON.parse(DRIVER)), { stateDir: STATE_DIR, workerId });
    const probes = CHECKED === '' ? [] : [aProbe(async () => saw('healthy'))];
    const all = new FakeServices({ driver: CRASH_AT === '' ? driver : mortal(driver), probes });
    return KNOWS === '' ? all : onlyFor(KNOWS.split(','), all);
  },
  ...(CRASH_AT === '' ? {} : { wrapStore: mortal }),
});
process.on('message', (wish) => {
  if (wish === 'memory') process.send?.({ rss: process.memoryUsage().rss });
});
process.once('SIGTERM', () => {
  void host.stop().then(() => process.exit(0));
});
process.send?.('ready');
