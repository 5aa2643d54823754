import { Redis } from 'ioredis';
import type { Contender } from './contender.js';
import { handwrittenPipeline } from './handwritten-pipeline.js';
import { signalboxPipeline } from './signalbox-pipeline.js';

/** Ratios taken side by side in one run: absolute figures are this machine's, at this moment. */
const SERVICES = 200;
const DEPLOYMENTS = Number(process.env['BENCH_DEPLOYMENTS'] ?? 2_000);
const ROUNDS = 3;
const LONE = 200;
const IN_FLIGHT = 200;

interface Figures {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly commands: number;
  readonly bytes: number;
}

async function openRedis(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined) return { url: given, stop: async () => {} };
  const { startEmbeddedRedis } = await import('../src/adapters/embedded-redis/embedded-redis.js');
  return startEmbeddedRedis({ persist: false });
}

const redis = await openRedis();
const admin = new Redis(redis.url);

async function info(section: string, field: string): Promise<number> {
  const found = new RegExp(`^${field}:(\\S+)`, 'm').exec(await admin.info(section));
  return Number(found?.[1] ?? Number.NaN);
}

async function measure(contender: Contender): Promise<Figures> {
  const [commands, bytes] = [
    await info('stats', 'total_commands_processed'),
    await info('memory', 'used_memory'),
  ];
  const cpu = process.cpuUsage();
  const start = performance.now();
  let left = DEPLOYMENTS;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await contender.deploy();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: DEPLOYMENTS / seconds,
    cpuMs: (user + system) / 1_000 / DEPLOYMENTS,
    commands: ((await info('stats', 'total_commands_processed')) - commands) / DEPLOYMENTS,
    bytes: ((await info('memory', 'used_memory')) - bytes) / DEPLOYMENTS,
  };
}

async function lone(contender: Contender): Promise<{ readonly p50: number; readonly p99: number }> {
  const took: number[] = [];
  for (let at = 0; at < LONE; at++) {
    const start = performance.now();
    await contender.deploy();
    took.push(performance.now() - start);
  }
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const contenders = [
  await handwrittenPipeline(redis.url, SERVICES),
  await signalboxPipeline(redis.url, SERVICES),
];
const figures = contenders.map((): Figures[] => []);
// The first round warms up; then they take turns, so that what else the machine does hits both.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [at, contender] of contenders.entries()) {
    const measured = await measure(contender);
    if (round > 0) figures[at]?.push(measured);
  }
}
const summary = [];
for (const [at, contender] of contenders.entries()) {
  const of = (field: keyof Figures): number => median((figures[at] ?? []).map((f) => f[field]));
  const { p50, p99 } = await lone(contender);
  summary.push({
    contender: contender.name,
    'deployments/s': Math.round(of('perSecond')),
    'node CPU ms each': of('cpuMs').toFixed(2),
    'lone p50 ms': p50.toFixed(1),
    'lone p99 ms': p99.toFixed(1),
    'Redis commands each': of('commands').toFixed(1),
    'bytes each': Math.round(of('bytes')),
  });
}
console.table(summary);
const ratios = (figures[1] ?? []).map((f, at) => f.perSecond / (figures[0]?.[at]?.perSecond ?? 1));
console.log(
  `ratio (Signalbox / hand-written), ${ROUNDS} rounds of ${DEPLOYMENTS}: ` +
    `${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
);
for (const contender of contenders) await contender.close();
admin.disconnect();
await redis.stop();
