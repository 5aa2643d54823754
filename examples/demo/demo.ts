/**
 * Four deployments of a real little service, through the queues and nothing
 * else: two good ones, one that is sick, one that crashes at start. Ends with 0
 * if each came out as it should, and leaves nothing behind.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { subscribe, type DeploymentEvent } from 'signalbox/events';
import {
  createProducer,
  type DeploymentProducer,
  type DeploymentRequest,
} from 'signalbox/producer';
import { describe, Progress } from './timeline.js';
import { CLI, createWorld, type World } from './world.js';

interface Act {
  readonly title: string;
  readonly request: Omit<DeploymentRequest, 'service'>;
  readonly ends: 'completed' | 'rolled_back';
  /** What all three processes must answer afterwards. */
  readonly runs: string;
}

const canary = { kind: 'canary', stages: [34, 100], wait: '2s' } as const;
const ACTS: readonly Act[] = [
  { title: '1.0.0, rolling', request: { version: '1.0.0' }, ends: 'completed', runs: '1.0.0' },
  {
    title: '2.0.0, canary with a short bake',
    request: { version: '2.0.0', strategy: { ...canary, stages: [...canary.stages] } },
    ends: 'completed',
    runs: '2.0.0',
  },
  {
    title: '3.0.0, which starts, but answers its health check with 500',
    request: { version: '3.0.0' },
    ends: 'rolled_back',
    runs: '2.0.0',
  },
  {
    title: '4.0.0, which crashes at start',
    request: { version: '4.0.0' },
    ends: 'rolled_back',
    runs: '2.0.0',
  },
];

const ENDS: ReadonlySet<string> = new Set(['completed', 'rolled_back', 'failed', 'cancelled']);
const say = (line: string): void => console.log(line);
const started = performance.now();
const clock = (): string => `${((performance.now() - started) / 1_000).toFixed(1).padStart(5)}s`;

async function play(world: World, producer: DeploymentProducer, act: Act): Promise<string[]> {
  say(`\n── ${act.title} ${'─'.repeat(Math.max(4, 66 - act.title.length))}`);
  const { deploymentId } = await producer.deploy({
    service: 'sample',
    requestedBy: 'demo',
    ...act.request,
  });
  say(`${clock()}  published ${deploymentId}`);
  const begun = performance.now();
  const progress = new Progress(world.targets.length);
  let state = '';
  for await (const event of eventsOf(world, deploymentId)) {
    progress.take(event);
    const line = describe(event, world.targets.length);
    if (line !== null) say(`${clock()}  ${progress.bar()}  ${line}`);
    ({ state } = event);
    if (ENDS.has(state)) break;
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const versions = await world.versions();
  const right = state === act.ends && versions.every((version) => version === act.runs);
  say(
    `${clock()}  ${state} in ${seconds} s; the processes answer ${versions.join(', ')} ${right ? '✓' : '✗'}`,
  );
  if (!right) {
    say(`        expected ${act.ends}, and ${act.runs} on every target`);
    process.exitCode = 1;
  }
  return [act.request.version, state, `${seconds} s`, versions.join(' '), right ? 'yes' : 'NO'];
}

const eventsOf = ({ redis }: World, deploymentId: string): AsyncIterable<DeploymentEvent> =>
  subscribe({ connection: redis, deploymentId, from: 'beginning' });

async function signalbox(world: World, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, REDIS_URL: world.redis };
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
  return stdout.trimEnd();
}

async function run(world: World, interrupted: AbortSignal): Promise<void> {
  say(
    `Redis ${world.redis} · workers and Bull Board ${world.http} · targets ${world.targets.map(({ address }) => address).join(', ')}`,
  );
  const producer = createProducer({ connection: world.redis });
  try {
    const rows: string[][] = [];
    for (const act of ACTS) {
      if (interrupted.aborted) return;
      rows.push(await play(world, producer, act));
    }
    say('\n── what came of it ' + '─'.repeat(52));
    console.table(
      rows.map(([version, ended, took, runs, asExpected]) => ({
        version,
        ended,
        took,
        runs,
        asExpected,
      })),
    );
    say(await signalbox(world, 'services'));
    say('');
    say(await signalbox(world, 'status'));
    const boards = await fetch(new URL('/queues/', world.http));
    say(`\nBull Board answered ${boards.status} at ${new URL('/queues', world.http).href}`);
    if (!boards.ok) process.exitCode = 1;
  } finally {
    await producer.close();
  }
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort());

say('Signalbox demo: one service, three targets, four deployments');
const world = await createWorld();
try {
  await run(world, interrupted.signal);
  if (process.argv.includes('--keep') && !interrupted.signal.aborted) {
    say(`\nLeft running until Ctrl-C:\n  dashboard  ${world.http}\n  Redis      ${world.redis}`);
    for (const { id, address } of world.targets) say(`  ${id}      http://${address}/version`);
    say(`  deploy     REDIS_URL=${world.redis} npx signalbox deploy sample 1.0.0 --wait`);
    // A timer keeps the process there: a listener for signals alone does not.
    const alive = setInterval(() => {}, 60_000);
    await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve));
    clearInterval(alive);
  }
} finally {
  await world.close();
}
say(
  process.exitCode
    ? '\nThe demo did NOT come out as it should.'
    : `\nAll as it should be, in ${clock().trim()}.`,
);
