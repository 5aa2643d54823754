// First: what is loaded after it may keep Date for itself.
import { machineNow, shiftClock } from './shifted-date.js';
import { appendFileSync } from 'node:fs';
import { composeWorker } from '../../src/app/workers/compose.js';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';
import type { Log } from '../../src/domain/ports/log.js';
import { chaosServices } from './chaos-services.js';
import { fleetOf } from './fleet.js';
import { type Doom, doomOf, Mortality } from './mortal.js';
import { noted, noterFor } from './notes.js';
import type { RedisBackend } from './redis-backend.js';
import { TargetClient } from './target-client.js';

/**
 * A worker as operators run it, on its defaults, in a process of its own. What
 * stands between it and the world notes what it has in hand, and may kill it.
 */
const { REDIS = '', NAMESPACE = '', TARGETS = '0', SERVICES = '40' } = process.env;
const { NOTES = '', LOG = '', DOOM = '', DURABILITY = 'null' } = process.env;
const durability = (JSON.parse(DURABILITY) as RedisBackend['durability']) ?? undefined;

const say =
  (level: string) =>
  (fields: object, message: string): void => {
    const err = (fields as { err?: Error }).err;
    const said = {
      level,
      at: machineNow(),
      pid: process.pid,
      message,
      ...fields,
      err: err === undefined ? undefined : String(err),
    };
    appendFileSync(LOG, `${JSON.stringify(said)}\n`);
  };
const log: Log = { info: () => {}, warn: say('warn'), error: say('error') };

const note = noterFor(NOTES);
const mortality = new Mortality(doomOf(DOOM), {
  dies: () => note('dies', null),
  freezes: () => new Promise((resolve) => process.send?.('frozen', () => resolve())),
});
const surroundings = {
  fleet: fleetOf(Number(SERVICES)),
  client: new TargetClient(Number(TARGETS)),
  mortality,
};
const host = await composeWorker({
  connection: REDIS,
  config: ConfigSchema.parse({ namespace: NAMESPACE, services: {}, durability }),
  log,
  services: (given) => chaosServices(surroundings, given),
  wrapStore: (store) => mortality.wrap('store', noted(store, note)),
});
process.on('message', (told: { readonly shift: number } | { readonly doom: Doom | null }) => {
  if ('shift' in told) shiftClock(told.shift);
  else mortality.foretell(told.doom);
});
process.on('disconnect', () => process.exit(0));
process.once('SIGTERM', () => {
  void host.stop().then(() => process.exit(0));
});
process.send?.('ready');
