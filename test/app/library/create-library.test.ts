import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { createLibrary, type Library } from '../../../src/app/library/create-library.js';
import type { AnalysisInput } from '../../../src/contracts/config/analysis.schema.js';
import type { LibraryOptions, StrategyOptions } from '../../../src/app/library/library-options.js';

/** A library whose targets, traffic, flags and switches are written down as they are changed. */
function site(options: Partial<LibraryOptions> = {}) {
  const calls: string[] = [];
  const library = createLibrary({
    driver: (target, version) => void calls.push(`${target.id} ${version}`),
    targets: { api: ['web-1', 'web-2'] },
    ...options,
  });
  return { ...library, calls };
}

const COLOURS = { api: { blue: ['blue-1', 'blue-2'], green: ['green-1', 'green-2'] } };
const QUICK = { interval: 100, count: 2 } as const;
const errors = (max: number): AnalysisInput => ({
  ...QUICK,
  metrics: [{ kind: 'threshold', name: 'errors', source: 'app', query: 'errors', max }],
});

const activeOf = async ({ manager }: Library) => (await manager.getActive('api'))?.version ?? null;

describe('blue-green', () => {
  const strategy: StrategyOptions = { kind: 'blue_green' };

  test('switches with a plain function: to the new version, and back', async () => {
    const switched: string[] = [];
    const library = site({
      ...{ strategy, targets: COLOURS },
      switchFn: (version) => void switched.push(version),
    });
    await library.manager.deploy('api', '1.0.0');
    expect(await library.manager.deploy('api', '2.0.0')).toMatchObject({ success: true });
    await library.manager.rollback('api');
    expect(switched).toEqual(['1.0.0', '2.0.0', '1.0.0']);
    expect(await activeOf(library)).toBe('1.0.0');
  });

  test.each([
    ['answers false', () => false, 'the switch function answered false'],
    [
      'throws',
      () => {
        throw new Error('the balancer is busy');
      },
      'the switch function failed: the balancer is busy',
    ],
  ])('fails its step where the switch %s, and the old version stays', async (_, no, why) => {
    const library = site({
      ...{ strategy, targets: COLOURS },
      switchFn: (version) => (version === '1.0.0' ? true : no()),
    });
    await library.manager.deploy('api', '1.0.0');
    expect(await library.manager.deploy('api', '2.0.0')).toMatchObject({
      ...{ success: false, state: 'rolled_back' },
      errors: [expect.stringContaining(why)],
    });
    expect(await activeOf(library)).toBe('1.0.0');
  });

  test('says how to give colours where there are none', async () => {
    const { manager } = site({ strategy, switchFn: () => true });
    expect(await manager.deploy('api', '1.0.0')).toMatchObject({
      errors: [expect.stringContaining('give the targets as { blue: [...], green: [...] }')],
    });
  });

  test('tells colours in the metadata of targets, too, and takes any router', async () => {
    const router = new MemoryRouter();
    const library = site({
      ...{ strategy, router },
      targets: {
        api: [
          { id: 'a', metadata: { colour: 'blue' } },
          { id: 'b', metadata: { colour: 'green' } },
        ],
      },
    });
    await library.manager.deploy('api', '1.0.0');
    await library.manager.deploy('api', '2.0.0');
    expect(library.calls).toEqual(['a 1.0.0', 'b 2.0.0']);
    const moved = router.requests.filter(({ method }) => method === 'setShares');
    expect(moved.at(-1)?.shares).toMatchObject({ b: 1 });
  });
});

describe('a canary by weight', () => {
  const strategy: StrategyOptions = { kind: 'canary', traffic: true, stages: [25, 100] };

  test('moves the traffic with a plain function', async () => {
    const shares: unknown[] = [];
    const { manager } = site({
      ...{ strategy, targets: { api: { blue: ['blue-1'], green: ['green-1'] } } },
      router: (now) => void shares.push(now),
    });
    await manager.deploy('api', '1.0.0');
    shares.length = 0;
    expect(await manager.deploy('api', '2.0.0')).toMatchObject({ success: true });
    expect(shares).toContainEqual({ 'blue-1': 0.75, 'green-1': 0.25 });
    expect(shares.at(-1)).toEqual({ 'blue-1': 0, 'green-1': 1 });
  });

  test('is stopped by an analysis of metrics that a plain function answers', async () => {
    const asked: string[] = [];
    const library = site({
      targets: { api: { blue: ['blue-1'], green: ['green-1'] } },
      router: new MemoryRouter(),
      metricSources: {
        app: (query) => {
          asked.push(query);
          return 0.5;
        },
      },
      analyses: { errors: errors(0.01) },
    });
    await library.manager.deploy('api', '1.0.0');
    const result = await library.manager.deploy('api', '2.0.0', {
      ...{ kind: 'canary', traffic: true, stages: [25, 100] },
      analysis: { name: 'errors' },
    });
    expect(result).toMatchObject({ success: false, state: 'rolled_back' });
    expect(asked[0]).toBe('errors');
    expect(await activeOf(library)).toBe('1.0.0');
  });
});

describe('a feature flag', () => {
  const strategy: StrategyOptions = { kind: 'feature_flag', stages: [5, 50, 100] };

  test('is set by a plain function, stage by stage', async () => {
    const set: unknown[] = [];
    const { manager } = site({
      strategy,
      flags: (flag, percent) => void set.push([flag, percent]),
    });
    expect(await manager.deploy('api', '1.0.0')).toMatchObject({ success: true });
    expect(set).toEqual([0, 5, 50, 100].map((percent) => ['ff_api_1.0.0', percent]));
  });

  test('is kept in memory where nothing is said, and in any store that is given', async () => {
    expect(await site({ strategy }).manager.deploy('api', '1.0.0')).toMatchObject({
      success: true,
    });
    const flags = new MemoryFlagStore();
    await site({ strategy, flags }).manager.deploy('api', '1.0.0');
    const signal = new AbortController().signal;
    expect(await flags.read('ff_api_1.0.0', signal)).toMatchObject({ value: { percent: 100 } });
  });

  test('is refused where flags are turned off', async () => {
    const { manager } = site({ strategy, flags: { kind: 'none' } });
    expect(await manager.deploy('api', '1.0.0')).toMatchObject({
      ...{ success: false, errors: [expect.stringContaining('flag')] },
    });
  });
});

test('checks may be plain functions: what they call bad is rolled back', async () => {
  const library = site({
    checks: [(target, { version }) => target?.id !== 'web-2' || version !== '2.0.0'],
  });
  await library.manager.deploy('api', '1.0.0');
  expect(await library.manager.deploy('api', '2.0.0')).toMatchObject({ state: 'rolled_back' });
  expect(library.calls).toEqual([
    ...['web-1 1.0.0', 'web-2 1.0.0', 'web-1 2.0.0', 'web-2 2.0.0'],
    ...['web-2 1.0.0', 'web-1 1.0.0'],
  ]);
});

test('the driver may be one of a configuration', async () => {
  const { manager } = site({
    driver: { kind: 'command', argv: ['test', '{version}', '!=', '2.0.0'] },
  });
  expect(await manager.deploy('api', '1.0.0')).toMatchObject({ success: true });
  expect(await manager.deploy('api', '2.0.0')).toMatchObject({ state: 'rolled_back' });
});

test('a deploy function that says its trouble passes is called again', async () => {
  let calls = 0;
  const { manager } = site({
    ...{ targets: { api: ['web-1'] }, policy: { retryDelay: 1 } },
    driver: () => {
      if (++calls === 1) throw Object.assign(new Error('no connection'), { transient: true });
    },
  });
  expect(await manager.deploy('api', '1.0.0')).toMatchObject({ success: true, errors: [] });
  expect(calls).toBe(2);
});

test('limits hold over services, by environment and by label', async () => {
  let [under, most] = [0, 0];
  const { manager } = site({
    driver: async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
    },
    targets: { one: ['a'], two: ['b'] },
    labels: { one: { tier: 'db' }, 'production/two': { tier: 'db' } },
    limits: [{ label: { tier: 'db' }, most: 1 }],
  });
  const results = await Promise.all(
    ['one', 'two'].map((service) => manager.deploy(service, '1.0.0')),
  );
  expect(results.map(({ success }) => success)).toEqual([true, true]);
  expect(most).toBe(1);
});

test('a service has targets of its own in an environment', async () => {
  const library = site({ targets: { api: ['web-1'], 'staging/api': ['s-1'] } });
  await library.manager.deploy({ service: 'api', environment: 'staging' }, '1.0.0');
  await library.manager.deploy('api', '1.0.0');
  expect(library.calls).toEqual(['s-1 1.0.0', 'web-1 1.0.0']);
});

test.each<[Partial<LibraryOptions>, string]>([
  [{ driver: { kind: 'command', argv: [''] } }, 'driver.argv.0'],
  [{ strategy: { kind: 'rolling', batchSize: -1 } }, 'strategy.batchSize'],
  [{ targets: { api: ['a b'] } }, 'targets.api.0.id'],
  [{ targets: { api: { blue: [{ id: '-' }] } } }, 'targets.api.blue.0.id'],
  [{ policy: { deadline: 'soon' } }, 'policy.deadline'],
  [{ checks: [{ kind: 'http', url: '' }] }, 'checks.0.url'],
  [{ router: { kind: 'haproxy', socket: 'nowhere' } }, 'router.socket'],
  [{ flags: { kind: 'redis' } }, 'flags.kind'],
  [{ metricSources: { app: { kind: 'prometheus', url: 'ftp://x' } } }, 'metricSources.app.url'],
  [{ analyses: { errors: errors(Number.NaN) } }, 'analyses.errors.metrics.0.max'],
  [{ limits: [{ environment: 'production', most: 0 }] }, 'limits.0'],
  [{ labels: { api: { tier: 'a b' } } }, 'labels.api.tier'],
  [{ network: { deny: ['300.1.1.1'] } }, 'network.deny.0'],
  [{ switchFn: () => true, router: () => {} }, 'switchFn'],
])('an option that is wrong is named: %j', (options, path) => {
  expect(() => site(options)).toThrow(new RegExp(`^\`${path.replaceAll('.', '\\.')}`));
});
