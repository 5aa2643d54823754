import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { describe, expect, test } from 'vitest';
import { capacitiesIn, floorIn, stepsOf } from '../../../src/domain/model/deployment/deployment.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { broken, fine } from '../../support/fake-services.js';
import { aTarget } from '../../support/fixtures.js';
import { rounded, unequal } from './unequal.js';
import { aWorld } from './world.js';

const CANARY = { kind: 'canary', traffic: true, stages: [20, 100] } as const;

describe.each(['configuration', 'balancer'] as const)(
  'targets of unequal size, by the %s',
  (by) => {
    const fourToOne = { sizes: [4, 1], by } as const;

    test.each<[string, StrategySpec]>([
      ['a canary by weight', CANARY],
      ['a rolling deployment', { kind: 'rolling' }],
      ['a canary by targets', { kind: 'canary', stages: [50, 100] }],
      [
        'steps of one’s own',
        {
          kind: 'steps',
          steps: [
            { kind: 'deploy', targets: 'all' },
            { kind: 'shift', to: 'all', percent: 100 },
          ],
        },
      ],
    ])(
      'have their part of the traffic at the end of %s, the first and the next',
      async (_, strategy) => {
        const world = unequal(fourToOne);
        for (const version of ['1.0.0', '2.0.0']) {
          expect((await world.live(version, { strategy })).state.status).toBe('completed');
          expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.8, 'web-2': 0.2 }));
        }
      },
    );

    test('have it within each colour at the end of a switch, and of the way back', async () => {
      const world = unequal({ sizes: [4, 3, 1, 1], by, coloured: true });
      await world.live('1.0.0', { strategy: { kind: 'blue_green' } });
      const first = await world.shares();
      const second = await world.live('2.0.0', { strategy: { kind: 'blue_green' } });
      const colours = [world.byCapacity(['web-1', 'web-3']), world.byCapacity(['web-2', 'web-4'])];

      expect(rounded(first)).toEqual(
        rounded(first['web-1'] === 0 ? (colours[1] ?? {}) : (colours[0] ?? {})),
      );
      expect(rounded(await world.shares())).toEqual(
        rounded(first['web-1'] === 0 ? (colours[0] ?? {}) : (colours[1] ?? {})),
      );
      expect(await world.order(second.id, { type: 'rollback', reason: 'slow' })).toBeNull();
      expect((await world.finish(second.id)).state.status).toBe('rolled_back');
      expect(rounded(await world.shares())).toEqual(rounded(first));
    });

    test('have it at the end of the way back of a canary that failed', async () => {
      const world = unequal(fourToOne);
      await world.live('1.0.0', { strategy: { kind: 'rolling' } });
      world.driver.onApply = ({ target, version }) =>
        target.id === 'web-1' && version === '2.0.0' ? broken('no') : fine;
      const failed = await world.live('2.0.0', { strategy: CANARY });

      expect(failed.state.status).toBe('rolled_back');
      expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.8, 'web-2': 0.2 }));
    });

    test('count by it in the floor: the large one is not taken out where the small one is not enough', async () => {
      const world = unequal({ sizes: [4, 1, 1], by });
      await world.live('1.0.0', { strategy: { kind: 'rolling' } });
      const second = await world.live('2.0.0', {
        strategy: { kind: 'rolling', batchSize: 3, maxUnavailable: '70%' },
      });

      expect(floorIn(second)).toBeCloseTo(1.8);
      expect(second.state.status).toBe('completed');
      const deploys = stepsOf(second).flatMap((step) =>
        step.kind === 'deploy' ? [step.targets] : [],
      );
      expect(deploys).toEqual([['web-2', 'web-3'], ['web-1']]);
    });

    test('are refused a floor that never leaves room for the large one', async () => {
      const world = unequal(fourToOne);
      await world.live('1.0.0', { strategy: { kind: 'rolling' } });

      await expect(
        world.planned({ version: '2.0.0', strategy: { kind: 'rolling', maxUnavailable: '50%' } }),
      ).rejects.toThrow('expected at least 80%');
    });
  },
);

const AWAY = { code: 'router/unreachable', message: 'away', transient: true } as const;

describe('what the balancer’s own configuration gives', () => {
  test('is first known when a deployment begins: its steps and its floor are made for it', async () => {
    const world = unequal({ sizes: [4, 1, 1], by: 'balancer' });
    const planned = await world.planned({ strategy: { kind: 'rolling', maxUnavailable: 1 } });
    expect(planned.plan.floor).toBe(2);
    expect(planned.plan.capacities).toBeUndefined();
    const done = await world.finish(planned.id);

    expect(done.progress.resized).toEqual({
      capacities: { 'web-1': 4, 'web-2': 1, 'web-3': 1 },
      floor: 2,
    });
    expect(stepsOf(done)[0]).toMatchObject({ kind: 'deploy', targets: ['web-2'] });
    // From then on it is known when one is planned.
    const next = await world.planned({ version: '2.0.0' });
    expect(next.plan.capacities).toEqual({ 'web-1': 4, 'web-2': 1, 'web-3': 1 });
    expect((await world.finish(next.id)).progress.resized).toBeUndefined();
  });

  test('ends a deployment with a sentence, where its floor leaves no room for the largest then', async () => {
    const world = unequal({ sizes: [4, 1], by: 'balancer' });
    const { id } = await world.planned({ strategy: { kind: 'rolling', maxUnavailable: '50%' } });

    expect((await world.finish(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('web-1 out, which has 80% of it: expected at least 80%'),
    });
  });

  test('gives way to the configuration of the service', async () => {
    const world = unequal({ sizes: [4, 1], by: 'balancer' });
    const places = [
      { ...aTarget('web-1'), capacity: 1 },
      { ...aTarget('web-2'), capacity: 3 },
    ];
    await world.live('1.0.0', { places });

    expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.25, 'web-2': 0.75 }));
  });
});

describe('shares that were declared before', () => {
  test('are put right by the next deployment, whatever its strategy, once sizes are configured', async () => {
    const world = unequal({ sizes: [1, 1], by: 'configuration' });
    await world.live('1.0.0', { strategy: CANARY });
    expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.5, 'web-2': 0.5 }));
    const places = [{ ...aTarget('web-1'), capacity: 4 }, aTarget('web-2')];
    await world.live('2.0.0', { places, strategy: { kind: 'rolling' } });
    expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.8, 'web-2': 0.2 }));
    await world.live('3.0.0', { places: places.map(({ id }) => aTarget(id)) });

    expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.5, 'web-2': 0.5 }));
  });

  test('are gone back to by the sizes of now', async () => {
    const world = unequal({ sizes: [1, 1], by: 'configuration' });
    await world.live('1.0.0', { strategy: CANARY });
    const places = [{ ...aTarget('web-1'), capacity: 4 }, aTarget('web-2')];
    const second = await world.live('2.0.0', { places, strategy: CANARY });
    await world.order(second.id, { type: 'rollback', reason: 'slow' });

    expect((await world.finish(second.id)).state.status).toBe('rolled_back');
    expect(rounded(await world.shares())).toEqual(rounded({ 'web-1': 0.8, 'web-2': 0.2 }));
  });
});

test('what a deployment’s targets can carry is none where all can carry the same', async () => {
  const world = unequal({ sizes: [2, 2], by: 'balancer' });

  expect(capacitiesIn(await world.live('1.0.0'))).toBeUndefined();
});

test('a target whose size nobody has told yet is waited for, before anything is counted by it', async () => {
  let isAway = false;
  const router = new MemoryRouter({
    capacities: { 'web-1': 50, 'web-2': 100, 'web-3': 200 },
    fault: () => (isAway ? AWAY : null),
  });
  const [first, second, third] = ['web-1', 'web-2', 'web-3'].map(aTarget);
  const places = [first, second].filter((each) => each !== undefined);
  const world = aWorld({ runtime: { router }, fixture: { places } });
  await world.live('1.0.0');
  isAway = true;
  const all = [...places, third].filter((each) => each !== undefined);
  const { id } = await world.planned({ version: '2.0.0', places: all });

  expect(await world.orchestrator.advance('execute', id)).toMatchObject({ kind: 'wait_until' });
  expect(await world.load(id)).toMatchObject({
    state: { status: 'approved' },
    progress: { hold: { kind: 'router' } },
  });
  isAway = false;
  const ended = await world.finish(id);
  expect(ended.state.status).toBe('completed');
  expect(capacitiesIn(ended)).toEqual({ 'web-1': 1, 'web-2': 2, 'web-3': 4 });
});
