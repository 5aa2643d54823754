import { describe, expect, test } from 'vitest';
import { broken, fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { request, served } from './served.js';

const blueGreen = { kind: 'blue_green', retire: 'remove', retireDelay: 60_000 } as const;

describe('going back', () => {
  test('before the shift leaves the traffic alone', async () => {
    const world = await served(
      { coloured: true, strategy: { kind: 'blue_green' } },
      { strategy: { kind: 'blue_green' } },
    );
    world.driver.onApply = ({ version, action }) =>
      version === '2.0.0' && action === 'deploy' ? broken('no disk') : fine;
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.done.filter((line) => line.startsWith('setShares'))).toEqual([]);
  });

  test('while shifting takes the traffic off the new version first, then the version off its targets', async () => {
    const world = await served({
      strategy: {
        kind: 'canary',
        traffic: true,
        stages: [{ targets: 25, weight: 10, gate: true }, 100],
      },
    });
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    world.done.length = 0;
    await world.order(id, { type: 'abort', reason: 'no' });

    expect((await world.finish(id)).state).toMatchObject({ status: 'rolled_back', reason: 'no' });
    const third = 1 / 3;
    expect(world.done).toEqual([
      `setShares ${JSON.stringify({ 'web-2': third, 'web-3': third, 'web-4': third })}`,
      'drain web-1',
      // Drained, it gets nothing of what it has again.
      `setShares ${JSON.stringify({ 'web-2': 0.25, 'web-3': 0.25, 'web-4': 0.25, 'web-1': 0.25 })}`,
      ...['apply web-1 1.0.0', 'ready web-1'],
    ]);
  });

  test('while the old colour is still there is one switch, and then the rest', async () => {
    const world = await served(
      { coloured: true, strategy: { kind: 'blue_green' } },
      { strategy: { kind: 'blue_green' } },
    );
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    world.done.length = 0;
    await world.order(id, request);

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.done[0]).toBe('setShares {"web-1":0.5,"web-3":0.5}');
    expect(world.done.filter((line) => line.startsWith('setShares'))).toHaveLength(1);
  });

  test('after the old colour was retired puts it back first', async () => {
    const world = await served(
      { coloured: true, removes: true, strategy: blueGreen },
      { strategy: { kind: 'blue_green' } },
    );
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    expect(world.driver.runs.get(web(1))).toBeNull();
    world.done.length = 0;
    await world.order(id, request);

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('rolled_back');
    const switched = world.done.indexOf('setShares {"web-1":0.5,"web-3":0.5}');
    for (const line of ['apply web-1 1.0.0', 'ready web-1', 'apply web-3 1.0.0', 'ready web-3']) {
      expect(world.done.indexOf(line)).toBeLessThan(switched);
      expect(world.done).toContain(line);
    }
    expect([...ended.targets.values()].every(({ state }) => state === 'restored')).toBe(true);
  });

  test('puts back what could not be retired as well: nobody knows what is left of it', async () => {
    const world = await served(
      { coloured: true, removes: true, strategy: blueGreen, policy: { retries: 0 } },
      { strategy: { kind: 'blue_green' } },
    );
    world.driver.onApply = ({ target, version }) => {
      world.done.push(`apply ${target.id} ${version}`);
      return version === null ? broken('stuck') : fine;
    };
    const { id } = await world.planned({ version: '2.0.0' });
    const completed = await world.finish(id);
    expect(completed.state.status).toBe('completed');
    expect(completed.targets.get(web(1))).toMatchObject({ state: 'retire_failed', error: 'stuck' });
    world.done.length = 0;
    await world.order(id, request);

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.done.indexOf('apply web-1 1.0.0')).toBeGreaterThanOrEqual(0);
    expect(world.router.drained(API).size).toBe(0);
  });

  test('sets flags back before anything else', async () => {
    const world = await served({
      strategy: { kind: 'feature_flag', stages: [10, 100], batchSize: 4 },
    });
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    world.done.length = 0;
    await world.order(id, request);

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.done[0]).toBe('flag null');
    expect(await world.flags.read('ff_api_2.0.0', new AbortController().signal)).toEqual({
      ok: true,
      value: null,
    });
  });

  test('never takes more out than the floor allows, and gives traffic to what came back before it takes the next', async () => {
    const world = await served({
      strategy: { kind: 'canary', traffic: true, stages: [50, 100], maxUnavailable: 1 },
    });
    world.driver.onApply = ({ target, version, action }) => {
      world.done.push(`apply ${target.id} ${version}`);
      return target.id === 'web-3' && version === '2.0.0' && action === 'deploy'
        ? broken('no disk')
        : fine;
    };
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    const back = world.done.slice(world.done.lastIndexOf('apply web-3 2.0.0') + 1);
    expect(back.filter((line) => line.startsWith('apply'))).toEqual([
      ...['apply web-3 1.0.0', 'apply web-2 1.0.0', 'apply web-1 1.0.0'],
    ]);
  });
});
