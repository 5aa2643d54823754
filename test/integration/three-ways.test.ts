import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../src/adapters/memory/memory-flags.js';
import { MemoryRouter } from '../../src/adapters/memory/memory-router.js';
import { createLibrary } from '../../src/app/library/create-library.js';
import { deploymentView, eventViews } from '../../src/contracts/views/deployment-view.js';
import type { StrategyInput } from '../../src/cli/orders/strategy-flags.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import { resultOf } from '../../src/domain/plan/result/deployment-result.js';
import { broken, FakeDriver, fine } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { inProcessCli } from '../support/ran-cli.js';

/** The seven strategies, each with what it needs of a service. */
const STRATEGIES: Readonly<Record<string, StrategyInput>> = {
  rolling: { kind: 'rolling', batchSize: 2 },
  'canary by targets': { kind: 'canary', stages: [25, 100] },
  'canary by traffic': { kind: 'canary', traffic: true, stages: [20, 100] },
  'canary by both': {
    kind: 'canary',
    stages: [
      { targets: 50, weight: 20 },
      { targets: 100, weight: 100 },
    ],
  },
  'blue-green': { kind: 'blue_green' },
  'feature flag': { kind: 'feature_flag', percentage: 40 },
  'steps of one’s own': {
    kind: 'steps',
    steps: [
      { kind: 'deploy', targets: ['web-2'] },
      { kind: 'wait', for: '20ms' },
      { kind: 'deploy', targets: 'rest' },
    ],
  },
};

const IDS = ['web-1', 'web-2', 'web-3', 'web-4'];

/** The same service for each of the three: four targets, of two colours where the strategy tells them apart. */
function aService(strategy: StrategyInput) {
  const driver = new FakeDriver();
  driver.onApply = ({ version }) => (version === '3.0.0' ? broken('no disk') : fine);
  const isColoured = strategy.kind === 'blue_green';
  const isRouted = isColoured || JSON.stringify(strategy).match(/traffic|weight/) !== null;
  const targets = IDS.map((id, at) => ({
    ...{ id, name: id, address: `${id}.internal:80` },
    metadata: isColoured ? { colour: at % 2 === 0 ? 'blue' : 'green' } : {},
  }));
  const router = isRouted ? new MemoryRouter() : null;
  return { driver, targets, router, flags: new MemoryFlagStore() };
}

/** A history as it is told: 1.0.0 goes live, 2.0.0 does, 3.0.0 fails, and 1.0.0 comes back by its name. */
interface Told {
  readonly steps: unknown;
  readonly events: unknown;
  readonly result: unknown;
}

/** What is alike however it was asked for: without times, fences, workers and ids. */
function told(deployment: Deployment, events: readonly RecordedEvent[]): Told {
  const { durationMs: _, ...result } = resultOf(deployment);
  const views = eventViews(deployment, events).map(({ type, state, data }) => ({
    ...{ type, state, data },
  }));
  return {
    steps: deploymentView(deployment).plan.steps,
    ...{ events: plain(views), result: plain(result) },
  };
}

const OWN = new Set([
  'at',
  'since',
  'until',
  'retryAt',
  'fence',
  'worker',
  'deploymentId',
  'replaces',
]);

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      OWN.has(key) ? undefined : key === 'durationMs' ? 0 : each,
    ),
  );

async function byLibrary(strategy: StrategyInput): Promise<readonly Told[]> {
  const { driver, targets, router, flags } = aService(strategy);
  const { manager, orchestrator } = createLibrary({
    ...{ driver, flags, targets: { api: targets } },
    ...(router && { router }),
  });
  for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
    await manager.deploy('api', version, strategy);
  }
  await manager.rollback('api', { toVersion: '1.0.0', strategy, reason: 'slow' });
  const { items } = await manager.history();
  return Promise.all(
    items.toReversed().map(async (deployment) => {
      const views = await orchestrator.getDeploymentEvents(deployment.id);
      const { steps, result } = told(deployment, []);
      const events = views.map(({ type, state, data }) => ({ type, state, data }));
      return { steps, events: plain(events), result };
    }),
  );
}

async function aPipeline(strategy: StrategyInput) {
  const { driver, targets, router, flags } = aService(strategy);
  const pipeline = await startPipeline({
    ...{ driver, placed: targets },
    runtime: { flags, ...(router && { router }) },
  });
  const history = async (): Promise<readonly Told[]> => {
    const { items } = await pipeline.index.history({ limit: 10 });
    return Promise.all(
      items.toReversed().map(async (each) => told(each, await pipeline.index.events(each.id))),
    );
  };
  return { ...pipeline, history };
}

async function byQueue(strategy: StrategyInput): Promise<readonly Told[]> {
  const { producer, until, queues, load, history, index } = await aPipeline(strategy);
  for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
    await until((await producer.deploy({ service: 'api', version, strategy })).deploymentId);
  }
  const { jobId } = await producer.rollback({
    ...{ service: 'api', toVersion: '1.0.0', strategy, reason: 'slow' },
  });
  await expect
    .poll(async () => (await queues.queue('rollback').getJob(jobId))?.finishedOn)
    .toBeDefined();
  const [back] = (await index.history({ limit: 1 })).items;
  await until((await load(back?.id ?? '')).id);
  return history();
}

async function byCommandLine(strategy: StrategyInput): Promise<readonly Told[]> {
  const { url: redisUrl, namespace, history } = await aPipeline(strategy);
  const spec = JSON.stringify(strategy);
  const place = { redisUrl, folder: '/nowhere' };
  const signalbox = (command: string) =>
    inProcessCli(
      `${command} --strategy-json ${spec} --wait --json --namespace ${namespace}`,
      place,
    );
  for (const version of ['1.0.0', '2.0.0']) {
    expect(await signalbox(`deploy api ${version}`)).toMatchObject({ code: 0, err: '' });
  }
  expect((await signalbox('deploy api 3.0.0')).code).toBe(1);
  const back = await signalbox('rollback api --to 1.0.0 --reason slow');
  expect(back).toMatchObject({ code: 0, err: '' });
  return history();
}

describe('asked for in the library, by queue or on the command line', () => {
  test.each(Object.keys(STRATEGIES))(
    '%s has the same steps, the same events and the same result',
    async (name) => {
      const strategy = STRATEGIES[name] ?? { kind: 'rolling' };
      const library = await byLibrary(strategy);
      const states = library.map(({ result }) => result);

      expect(library.every(({ steps }) => Array.isArray(steps) && steps.length > 0)).toBe(true);
      expect(states).toMatchObject([
        { success: true, state: 'completed' },
        { success: true, state: 'completed' },
        { success: false, state: 'rolled_back' },
        { success: true, state: 'completed' },
      ]);
      expect(await byQueue(strategy)).toEqual(library);
      expect(await byCommandLine(strategy)).toEqual(library);
    },
  );
});
