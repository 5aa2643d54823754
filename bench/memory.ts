import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { keysOf } from '../src/adapters/redis/connection/keys.js';
import { startEmbeddedRedis } from '../src/adapters/embedded-redis/embedded-redis.js';
import { deploymentId } from '../src/domain/model/ids.js';
import { signalboxPipeline } from './signalbox-pipeline.js';

/** What Redis holds while thousands of deployments go through and retention lets go of the old ones. */
const STEP = 1_000;
/** Until then BullMQ's own kept jobs and the list of what was let go lately grow to their full length. */
const FULL = 12 * STEP;
const DEPLOYMENTS = Math.max(FULL + 2 * STEP, Number(process.env['BENCH_DEPLOYMENTS'] ?? 18_000));
const SERVICES = 20;
const KEEP = 50;
const IN_FLIGHT = 100;
const MILLION = 1_000_000;
/** As many as the stream of all events holds. */
const STREAM = 1_000_000;
const SAMPLES = 200;

const keys = keysOf('bench-signalbox');
const redis = await startEmbeddedRedis({ persist: false });
const admin = new Redis(redis.url);
const contender = await signalboxPipeline(redis.url, SERVICES, {
  ...{ deployments: 0, atLeast: 0, keep: KEEP, most: KEEP },
});

interface Reading {
  readonly made: number;
  readonly used: number;
  readonly events: number;
  readonly kept: number;
}

const bytesOf = async (key: string, ...samples: readonly (string | number)[]): Promise<number> =>
  Number((await admin.call('MEMORY', 'USAGE', key, ...samples)) ?? 0);

async function read(made: number): Promise<Reading> {
  const info = await admin.info('memory');
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  const [events, kept] = await Promise.all([admin.xlen(keys.events), admin.zcard(keys.history)]);
  return { made, used, events, kept };
}

/**
 * Fills the stream of all events with copies, up to what it holds: else it would
 * grow through all of the sample, and hide what the rest does.
 */
async function fillStream(): Promise<void> {
  const entries = await admin.xrange(keys.events, '-', '+');
  const first = Number(await admin.hget(keys.counters, 'sequence'));
  await admin.hset(keys.counters, 'sequence', first + STREAM);
  await admin.hset(keys.promotions.cursor, 'after', `${first + STREAM}-0`);
  for (let at = 1; at <= STREAM;) {
    const batch = admin.pipeline();
    for (const end = Math.min(STREAM, at + 9_999); at <= end; at++) {
      const [, fields = []] = entries[at % entries.length] ?? [];
      batch.xadd(keys.events, 'MAXLEN', '~', STREAM, `${first + at}-0`, ...fields);
    }
    await batch.exec();
  }
}

async function deployMany(count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await contender.deploy();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** Until retention has caught up: its rounds are a second apart. */
async function settled(): Promise<void> {
  for (let look = 0; look < 120; look++) {
    if ((await admin.zcard(keys.history)) <= SERVICES * (KEEP + 1)) return;
    await delay(250);
  }
}

/** Of the records, and of their places in both histories. */
async function bytesPerDeployment(): Promise<number> {
  const ids = await admin.zrevrange(keys.history, 0, SAMPLES - 1);
  let sum = 0;
  for (const id of ids) {
    const own = Object.values(keys.deployment(deploymentId(id)));
    for (const key of own) sum += await bytesOf(key, 'SAMPLES', 0);
  }
  const [listed, count] = [
    await bytesOf(keys.history, 'SAMPLES', 0),
    await admin.zcard(keys.history),
  ];
  return sum / ids.length + (2 * listed) / count;
}

/** Bytes for each deployment more, by least squares. */
function slope(readings: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: (each: readonly [number, number]) => number): number =>
    readings.reduce((sum, each) => sum + pick(each), 0) / readings.length;
  const [x, y] = [mean(([at]) => at), mean(([, value]) => value)];
  const covariance = readings.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  return covariance / readings.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const readings: Reading[] = [];
say('  made    kept     events   used_memory');
for (let made = STEP; made <= DEPLOYMENTS; made += STEP) {
  await deployMany(STEP);
  if (made === STEP) await fillStream();
  await settled();
  const reading = await read(made);
  readings.push(reading);
  const { used, events, kept } = reading;
  const figures = [made, kept, events, mib(used)];
  say(figures.map((figure, at) => String(figure).padStart([6, 7, 10, 13][at] ?? 0)).join(' '));
}
const growth = slope(
  readings.filter(({ made }) => made >= FULL).map(({ made, used }) => [made, used]),
);
const used = readings.at(-1)?.used ?? 0;
const more = Math.max(0, growth) * (MILLION - DEPLOYMENTS);
const stream = await bytesOf(keys.events, 'SAMPLES', 0);
say('');
say(`kept, of each deployment: ${Math.round(await bytesPerDeployment())} bytes of records`);
say(`the stream of all events, full: ${mib(stream)}`);
say(`growth after trimming: ${growth.toFixed(0)} bytes a deployment`);
say(`after ${MILLION} deployments: ${mib(used + more)}`);
await contender.close();
admin.disconnect();
await redis.stop();
