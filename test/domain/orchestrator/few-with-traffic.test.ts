import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { API, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld, type WorldOptions } from './world.js';

const routed = (fixture: DeploymentFixture, probes: WorldOptions['probes'] = []) =>
  aWorld({ runtime: { router: new MemoryRouter() }, fixture, probes });

describe('where not all have traffic', () => {
  test('a plan that the order of its targets makes too large for the floor keeps the order it was planned in', async () => {
    const targets = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'];
    const world = routed({ targets, coloured: true });
    await world.live('1.0.0');
    await world.live('2.0.0', { strategy: { kind: 'blue_green' } });
    // Web-2 and web-4 have all the traffic: taken last, they would be taken together.
    const { id } = await world.planned({
      version: '3.0.0',
      strategy: {
        ...{ kind: 'steps', partial: true, maxUnavailable: '50%' },
        steps: [
          { kind: 'deploy', targets: '50%' },
          { kind: 'deploy', targets: 'rest' },
          { kind: 'shift', percent: 100 },
        ],
      },
    });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(new Set(world.driver.runs.values())).toEqual(new Set(['3.0.0']));
  });

  const leftOn = async (targets: readonly number[], probes: WorldOptions['probes'] = []) => {
    const world = routed({ targets: ['web-1', 'web-2', 'web-3'] }, probes);
    await world.live('1.0.0');
    await world.live('2.0.0', {
      strategy: {
        ...{ kind: 'steps', partial: true },
        steps: [
          { kind: 'deploy', targets: targets.map(web) },
          ...(probes.length > 0 ? [{ kind: 'check' } as const] : []),
          { kind: 'shift', percent: 100 },
        ],
      },
    });
    return world;
  };
  const careful = { version: '3.0.0', strategy: { kind: 'rolling', maxUnavailable: 1 } } as const;

  test('what has the new version carries the traffic of those that are too few to be taken out', async () => {
    const world = await leftOn([1, 2]);
    const { id } = await world.planned(careful);

    expect((await world.finish(id)).state.status).toBe('completed');
    expect((await world.index.active(API))?.version).toBe('3.0.0');
  });

  test('and carries it until a check has found well what was replaced', async () => {
    const weightOf = async (target: number) =>
      (await world.index.targetStatuses(API)).get(web(target))?.weight;
    const lent: unknown[] = [];
    const probe = aProbe(async ({ target, version }) => {
      if (target?.id === 'web-1' && version === '3.0.0') lent.push(await weightOf(3));
      return saw('healthy');
    });
    const world = await leftOn([1, 2], [probe]);
    expect(await weightOf(3)).toEqual([0]);
    const { id } = await world.planned(careful);

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(lent).toContainEqual([1 / 3]);
    expect(await weightOf(3)).toEqual([0]);
  });

  test('the idle colour is the one that is to have none, also where a failed deployment left it all of it', async () => {
    const world = routed({ targets: ['web-1', 'web-2', 'web-3'], coloured: true });
    await world.live('1.0.0');
    await world.live('2.0.0', { strategy: { kind: 'blue_green' } });
    const held = await world.planned({
      version: '2.1.0',
      strategy: {
        ...{ kind: 'steps', partial: true },
        steps: [
          { kind: 'deploy', targets: [web(1), web(3)] },
          { kind: 'shift', percent: 100 },
          { kind: 'gate', name: 'look', timeout: 5_000 },
        ],
      },
      policy: { onFailure: 'hold' },
    });
    expect((await world.finish(held.id)).state.status).toBe('failed');
    world.driver.calls.length = 0;
    const stages = [{ weight: 10 }, { weight: 100 }];
    const strategy = { kind: 'canary', traffic: true, stages, maxUnavailable: 1 } as const;
    const { id } = await world.planned({ version: '3.0.0', strategy });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-1', 'web-3']);
  });

  test('and fewer than must serve in any case, nobody says that targets failed', async () => {
    const world = await leftOn([1]);
    const { id } = await world.planned(careful);

    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      status: 'rolled_back',
      reason:
        'too few have traffic, and one more taken out would leave fewer than the 2 that must go on serving',
    });
    expect((await world.index.active(API))?.version).toBe('2.0.0');
  });
});
