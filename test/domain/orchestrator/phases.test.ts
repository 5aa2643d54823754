import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import type { FlagFailure } from '../../../src/domain/ports/flag-store.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { err } from '../../../src/domain/result.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const request = { type: 'rollback', reason: 'slow', cause: 'request' } as const;
const down: RouterFailure = { code: 'router/unreachable', message: 'no answer', transient: true };
const four = ['web-1', 'web-2', 'web-3', 'web-4'] as const;
const blueGreen = { kind: 'blue_green', retire: 'remove', retireDelay: 60_000 } as const;

/** A service with version 1.0.0 live, and what is done to it from then on. */
async function served(fixture: DeploymentFixture, first: DeploymentFixture = {}) {
  const done: string[] = [];
  const control: { fault: RouterFault } = { fault: () => null };
  const router = new MemoryRouter({
    fault: async (asked, signal) => {
      const failure = await control.fault(asked, signal);
      const { method, target, shares } = asked;
      if (method !== 'shares') done.push(`${method} ${target ?? JSON.stringify(shares)}`);
      return failure;
    },
  });
  const memory = new MemoryFlagStore();
  const flags: typeof memory & { refuse?: FlagFailure } = memory;
  const set = memory.set.bind(memory);
  flags.set = async (call, flag, percent, signal) => {
    done.push(`flag ${percent}`);
    return flags.refuse === undefined ? set(call, flag, percent, signal) : err(flags.refuse);
  };
  const world = aWorld({ runtime: { router, flags }, fixture: { targets: four, ...fixture } });
  world.driver.removes = true;
  world.driver.onApply = ({ target, version }) => {
    done.push(`apply ${target.id} ${version}`);
    return fine;
  };
  await world.live('1.0.0', { strategy: { kind: 'rolling', batchSize: 4 }, ...first });
  done.length = 0;
  const shares = async () => {
    const read = await router.shares(
      { ...API, targets: (await world.planned()).plan.targets },
      new AbortController().signal,
    );
    return read.ok ? read.value : null;
  };
  return { ...world, router, flags, control, done, shares };
}

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
      ...['drain web-1', 'apply web-1 1.0.0', 'ready web-1'],
      `setShares ${JSON.stringify({ 'web-1': 0.25, 'web-2': 0.25, 'web-3': 0.25, 'web-4': 0.25 })}`,
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
    expect(completed.targets.get(web(1))).toMatchObject({ state: 'kept', error: 'stuck' });
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

describe('a way back that is blocked', () => {
  const blocked = () =>
    served({
      strategy: {
        kind: 'canary',
        traffic: true,
        stages: [{ targets: 25, weight: 10, gate: true }, 100],
      },
    });

  test('by the router is tried until it is free', async () => {
    const world = await blocked();
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    let failures = 6;
    world.control.fault = ({ method }) => (method !== 'drain' && failures-- > 0 ? down : null);
    await world.order(id, { type: 'abort', reason: 'no' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(await world.eventsOf(id)).toContain('deployment.restore_retried');
    expect(world.router.drained(API).size).toBe(0);
  });

  test('for good ends as failed, with the reason', async () => {
    const world = await blocked();
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    world.control.fault = ({ method }) =>
      method === 'setShares' ? { ...down, transient: false } : null;
    await world.order(id, { type: 'abort', reason: 'no' });

    expect((await world.finish(id)).state).toMatchObject({
      status: 'failed',
      reason: 'no; could not go back: no answer',
    });
  });

  test('by a flag store that refuses ends as failed too', async () => {
    const world = await served({ strategy: { kind: 'feature_flag', stages: [100] } });
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    world.flags.refuse = { code: 'flag/rejected', message: 'not yours', transient: false };
    await world.order(id, request);

    expect((await world.finish(id)).state).toMatchObject({
      reason: 'slow; could not go back: not yours',
    });
  });

  test('by what is not configured here is tried until its deadline', async () => {
    for (const strategy of [
      { kind: 'feature_flag', stages: [{ percent: 100, gate: true }] },
      { kind: 'canary', traffic: true, stages: [{ targets: 25, weight: 10, gate: true }, 100] },
    ] as const) {
      const world = await served({ strategy, policy: { deadline: 200_000 } });
      const { id } = await world.planned({ version: '2.0.0' });
      await world.orchestrator.advance('execute', id);
      await world.order(id, request);
      const bare = aWorld({
        ports: {
          ...world.ports,
          runtimeOf: () => ({ ok: true, value: { driver: world.driver, checker: null } }),
        },
      });

      for (let leg = 0; leg < 30 && (await world.statusOf(id)) === 'rolling_back'; leg++) {
        const ending = await bare.orchestrator.advance('rollback', id);
        if (ending.kind === 'rest') await world.clock.sleep(ending.until - world.clock.now());
      }

      expect((await world.load(id)).state).toMatchObject({
        status: 'failed',
        reason: "slow; the rollback's deadline passed",
      });
    }
  });

  test('because a newer deployment changed what it never touched is not taken', async () => {
    const world = await served(
      { coloured: true, strategy: { kind: 'blue_green' } },
      { strategy: { kind: 'blue_green' } },
    );
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    world.clock.advance(1_000);
    world.driver.onApply = ({ target, version }) =>
      target.id === 'web-1' && version === '3.0.0' ? broken('x') : fine;
    const rival = await world.planned({
      version: '3.0.0',
      strategy: { kind: 'rolling', batchSize: 4 },
      policy: { onFailure: 'hold' },
    });
    expect((await world.finish(rival.id)).state.status).toBe('failed');

    await world.order(id, request);
    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({ status: 'failed', overtaken: true });
    expect(ended.state).toMatchObject({
      reason: `not rolled back: ${rival.id} has left web-1 with an unknown version since`,
    });
    expect((await world.index.active(API))?.deploymentId).toBe(rival.id);
  });
});
