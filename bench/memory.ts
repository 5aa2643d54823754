import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { keysOf } from '../src/adapters/redis/keys.js';
import { startEmbeddedRedis } from '../src/adapters/embedded-redis/embedded-redis.js';
import { deploymentId } from '../src/domain/ids.js';
import { signalboxPipeline } from './signalbox-pipeline.js';

/** What Redis holds while thousands of deployments go through and retention lets go of the old ones. */
const STEP = 1_000;
/** BullMQ's own kept jobs are complete after some thousand; growth is taken from the later half. */
const DEPLOYMENTS = Math.max(4 * STEP, Number(process.env['BENCH_DEPLOYMENTS'] ?? 12_000));
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
  /** Of the stream of all events, which is bounded by its own length. */
  readonly stream: number;
  readonly entries: number;
  readonly kept: number;
}

const bytesOf = async (key: string, ...samples: readonly (string | number)[]): Promise<number> =>
  Number((await admin.call('MEMORY', 'USAGE', key, ...samples)) ?? 0);

async function read(made: number): Promise<Reading> {
  const info = await admin.info('memory');
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  const [stream, entries, kept] = await Promise.all([
    bytesOf(keys.events, 'SAMPLES', 0),
    admin.xlen(keys.events),
    admin.zcard(keys.history),
  ]);
  return { made, used, stream, entries, kept };
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
say('  made   kept   used_memory   of it the stream of events   the rest');
for (let made = STEP; made <= DEPLOYMENTS; made += STEP) {
  await deployMany(STEP);
  await settled();
  const reading = await read(made);
  readings.push(reading);
  const { used, stream, kept } = reading;
  const figures = [made, kept, mib(used), mib(stream), mib(used - stream)];
  say(figures.map((figure, at) => String(figure).padStart([6, 6, 13, 28, 10][at] ?? 0)).join(' '));
}
const late = readings.slice(Math.floor(readings.length / 2));
const growth = slope(late.map(({ made, used, stream }) => [made, used - stream]));
const last = readings.at(-1);
if (last !== undefined) {
  const perEvent = last.stream / last.entries;
  const rest = last.used - last.stream;
  const full = STREAM * perEvent;
  say('');
  say(`kept, of each deployment: ${Math.round(await bytesPerDeployment())} bytes of records`);
  say(`growth after trimming, without the stream: ${growth.toFixed(0)} bytes a deployment`);
  say(
    `stream: ${perEvent.toFixed(0)} bytes an event, ${mib(full)} once it holds its ${STREAM} and grows no more`,
  );
  const more = Math.max(0, growth) * (MILLION - last.made);
  say(`after ${MILLION} deployments: ${mib(rest + full + more)}`);
}
await contender.close();
admin.disconnect();
await redis.stop();
