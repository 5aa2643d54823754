import { describe, expect, test } from 'vitest';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { broken, fine } from '../../support/fake-services.js';
import { API } from '../../support/fixtures.js';
import { request, served } from './served.js';
import { aWorld } from './world.js';

const slow: RouterFailure = { code: 'router/timeout', message: 'no answer', transient: true };

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
    world.control.fault = ({ method }) =>
      method !== 'drain' && method !== 'look' && failures-- > 0 ? slow : null;
    await world.order(id, { type: 'abort', reason: 'no' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(await world.eventsOf(id)).toContain('deployment.restore_retried');
    expect(world.router.drained(API).size).toBe(0);
  });

  test('by the router in the midst of it is tried until it is free', async () => {
    const strategy = {
      kind: 'canary',
      traffic: true,
      stages: [50, 100],
      maxUnavailable: 1,
    } as const;
    const world = await served({ strategy });
    world.driver.onApply = ({ target, version, action }) =>
      target.id === 'web-3' && version === '2.0.0' && action === 'deploy' ? broken('x') : fine;
    let failures = 2;
    world.control.fault = ({ method }) =>
      method === 'ready' && isGoingBack() && failures-- > 0 ? slow : null;
    const isGoingBack = () => world.driver.calls.at(-1)?.action === 'rollback';
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(failures).toBeLessThan(0);
    expect([...world.driver.runs.values()]).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0']);
  });

  test('for good ends as failed, with the reason', async () => {
    const world = await blocked();
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    world.control.fault = ({ method }) =>
      method === 'setShares' ? { ...slow, transient: false } : null;
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

      for (let pass = 0; pass < 30 && (await world.statusOf(id)) === 'rolling_back'; pass++) {
        const ending = await bare.orchestrator.advance('rollback', id);
        if (ending.kind === 'wait_until') await world.clock.sleep(ending.until - world.clock.now());
      }

      expect((await world.load(id)).state).toMatchObject({
        status: 'failed',
        reason: "slow; the rollback's deadline passed",
      });
    }
  });

  test('by nothing of a newer deployment that was not completed: what that left goes back too', async () => {
    const world = await served(
      { coloured: true, strategy: { kind: 'blue_green' } },
      { strategy: { kind: 'blue_green' } },
    );
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    world.clock.advance(1_000);
    world.driver.onApply = ({ target, version }) =>
      target.id === 'web-2' && version === '3.0.0' ? broken('x') : fine;
    const rival = await world.planned({
      version: '3.0.0',
      strategy: { kind: 'rolling', batchSize: 4 },
      policy: { onFailure: 'hold' },
    });
    expect((await world.finish(rival.id)).state.status).toBe('failed');
    expect(await world.index.active(API)).toMatchObject({ version: null });

    await world.order(id, request);
    expect((await world.finish(id)).state.status).toBe('rolled_back');

    expect([...world.driver.runs.values()]).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0']);
    expect(world.router.drained(API).size).toBe(0);
    expect((await world.index.active(API))?.version).toBe('1.0.0');
  });
});
