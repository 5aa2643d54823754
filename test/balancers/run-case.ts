import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { CLI } from '../support/cli.js';
import type { Diary } from './judges/diary.js';
import { disturb, type Under } from './disturb.js';
import { type Case, drawCase, type DrawnDeployment } from './draw-case.js';
import { endFaults } from './judges/judge-end.js';
import { floorFaults } from './judges/judge-floor.js';
import { handFaults } from './judges/judge-hands.js';
import { requestFaults } from './judges/judge-requests.js';
import { type FailedRequest, startLoad } from './load.js';
import { floorOf, sizesOf } from './judges/own-floor.js';
import { watchAll } from './watch.js';
import { type RedisPlace, startWorld, type World } from './world.js';

export interface Report {
  readonly drawn: Case;
  readonly faults: readonly string[];
  readonly requests: number;
  readonly failed: number;
  readonly diary: Diary;
}

/** Lives through all that follows from a seed. */
export async function runCase(seed: number, redis: RedisPlace): Promise<Report> {
  const drawn = drawCase(seed);
  const world = await startWorld(drawn, redis);
  try {
    await live(world, drawn, FIRST);
    const watched = watch(world);
    const { diary, from } = watched;
    const ends = await allOf(drawn, { world, diary }).catch(async (error: unknown) => {
      const { failed } = await watched.stop();
      throw new Error(`it broke off; ${await kept(seed, diary, failed)}`, { cause: error });
    });
    const { requests, failed } = await watched.stop();
    const faults = [
      ...ends,
      ...requestFaults(diary, failed, from),
      ...floorFaults(diary),
      ...handFaults(diary),
      ...(await commandFaults('doctor', world, redis)),
      ...(await commandFaults('doctor --audit', world, redis)),
    ];
    const file = await kept(seed, diary, failed);
    if (faults.length > 0) faults.push(file);
    return { drawn, faults, requests, failed: failed.length, diary };
  } finally {
    await world.dispose();
  }
}

/** Requests through every balancer, and all that is seen of each. */
function watch({ site }: World) {
  const diary: Diary = { samples: new Map(), deeds: [], deployments: [] };
  const unwatch = watchAll(site.balancers, diary);
  const loads = site.balancers.map(startLoad);
  return {
    ...{ diary, from: Date.now() },
    stop: async () => {
      const counts = await Promise.all(loads.map((load) => load.stop()));
      await unwatch();
      const requests = counts.reduce((sum, count) => sum + count.requests, 0);
      return { requests, failed: counts.flatMap((count) => count.failed) };
    },
  };
}

/** One deployment after the other; what is wrong at the end of each. */
async function allOf(
  drawn: Case,
  { world, diary }: Pick<Under, 'world' | 'diary'>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  let current = FIRST;
  for (const deployment of [...drawn.deployments, lastOf(drawn)]) {
    const before = diary.deeds.length;
    // oxlint-disable-next-line no-await-in-loop -- one deployment after the other
    faults.push(...(await carryOut(drawn, { world, diary }, deployment)));
    if (deployment.isGood && !deployment.takenBack) current = deployment.version;
    const deeds = diary.deeds.slice(before);
    // Nobody looks at a balancer between the last change and the next deployment.
    if (deeds.some((deed) => deed.kind === 'restart' && deed.forgets)) continue;
    // oxlint-disable-next-line no-await-in-loop -- one deployment after the other
    const ends = await endFaults(drawn, world, current);
    faults.push(...ends.map((fault) => `after ${deployment.version}: ${fault}`));
  }
  return faults;
}

const FIRST = '1.0.0';
const WHOLE = { kind: 'rolling', batchSize: '100%' } as const;

/** A first version, live, before anybody asks for it. */
async function live(world: World, { isColoured }: Case, version: string): Promise<void> {
  const strategy = isColoured ? ({ kind: 'blue_green' } as const) : WHOLE;
  const id = await world.deploy(version, strategy);
  const { state } = await world.until(id, (found) => isTerminal(found.state.status));
  if (state.status !== 'completed') throw new Error(`${version}: ${JSON.stringify(state)}`);
}

/** Whatever came before: after it all is as declared. */
const lastOf = ({ isColoured }: Case): DrawnDeployment => ({
  version: '99.0.0',
  isGood: true,
  strategyName: isColoured ? 'blue_green' : 'rolling',
  strategy: isColoured ? { kind: 'blue_green' } : { kind: 'rolling', maxUnavailable: 1 },
  takenBack: false,
  disturbances: [],
});

async function carryOut(
  whole: Case,
  { world, diary }: Pick<Under, 'world' | 'diary'>,
  drawn: DrawnDeployment,
): Promise<readonly string[]> {
  const { deploy, index } = world;
  const { version, strategy, isGood, takenBack, strategyName } = drawn;
  const id = await deploy(version, strategy);
  const over = new AbortController();
  const under = { world, diary, id, ended: over.signal };
  const disturbed = Promise.all(drawn.disturbances.map((each) => disturb(under, each)));
  // Whoever waits for it below is told.
  disturbed.catch(() => over.abort());
  const tell = async (floor: number): Promise<void> => {
    over.abort();
    const events = await index.events(deploymentId(id));
    const its = { isSwitch: whole.isColoured, capacities: sizesOf(whole) };
    diary.deployments.push({ id, name: `${version} ${strategyName}`, floor, events, ...its });
  };
  const ended = await endOf(world, id, takenBack).catch(async (error: unknown) => {
    await tell(0);
    throw error;
  });
  await tell(floorOf(whole, drawn, ended));
  await disturbed;
  const wanted = isGood && !takenBack ? 'completed' : 'rolled_back';
  return ended.state.status === wanted
    ? []
    : [`${version} (${id}) should be ${wanted}, and is ${JSON.stringify(ended.state)}`];
}

/** Its end; where a person orders it back, that of the way back. */
async function endOf(
  { producer, until }: World,
  id: string,
  takenBack: boolean,
): Promise<Deployment> {
  const ended = await until(id, ({ state }) => isTerminal(state.status));
  if (!takenBack || ended.state.status !== 'completed') return ended;
  await producer.rollback({ deploymentId: id, reason: 'not wanted', requestedBy: 'ann' });
  return until(id, ({ state }) => isTerminal(state.status) && state.status !== 'completed');
}

const commandFaults = (command: string, { folder }: World, { url }: RedisPlace) =>
  new Promise<readonly string[]>((resolve) => {
    const argv = [CLI, ...command.split(' ')];
    const env = { ...process.env, REDIS_URL: url };
    execFile(process.execPath, argv, { cwd: folder, env }, (error, stdout, stderr) => {
      const isClean = error === null && !/^bad\b/m.test(stdout);
      resolve(isClean ? [] : [`${command}: ${error?.code} ${stdout}${stderr}`]);
    });
  });

/** Where all that was seen can be read. */
async function kept(seed: number, diary: Diary, failed: readonly FailedRequest[]): Promise<string> {
  const file = join(tmpdir(), `signalbox-proof-${seed}.json`);
  const { deeds, deployments, samples } = diary;
  await writeFile(file, JSON.stringify({ deeds, deployments, samples: [...samples], failed }));
  return `all that was seen is in ${file}`;
}
