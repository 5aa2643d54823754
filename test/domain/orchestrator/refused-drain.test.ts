import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { Policy } from '../../../src/domain/model/plan/policy.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { broken } from '../../support/fake-services.js';
import { API, aTarget, web } from '../../support/fixtures.js';
import { aWorld, type World } from './world.js';

const no: RouterFailure = { code: 'router/rejected', message: 'it says no', transient: false };

/** The first version of a service, behind a router that refuses to drain web-1; it may have done it all the same. */
function refusing(
  drains = false,
  { onFailure = 'rollback' }: Partial<Pick<Policy, 'onFailure'>> = {},
) {
  let inside = false;
  const router: MemoryRouter = new MemoryRouter({
    fault: async ({ method, target }, signal) => {
      if (method !== 'drain' || target !== web(1) || inside) return null;
      inside = true;
      const call = { ...API, targets: [aTarget('web-1'), aTarget('web-2')] };
      if (drains) await router.drain(call, web(1), signal);
      inside = false;
      return no;
    },
  });
  const world = aWorld({ runtime: { router }, fixture: { policy: { onFailure } } });
  return { ...world, router };
}

const applied = ({ driver }: World) =>
  driver.calls.map(({ action, target }) => `${action} ${target.id}`);

describe('a first version whose drain was refused', () => {
  test.each([false, true])(
    'is rolled back, as no target was changed, also where the driver removes versions: %s',
    async (removes) => {
      const world = refusing();
      world.driver.removes = removes;
      const { id } = await world.planned();

      const ended = await world.finish(id);

      expect(ended.state).toMatchObject({
        status: 'rolled_back',
        reason: expect.stringMatching(/web-1: it says no$/),
      });
      expect(world.driver.calls).toEqual([]);
      expect(await world.eventsOf(id)).not.toContain('deployment.target_restore_failed');
      expect(await world.index.active(API)).toBeNull();
    },
  );

  test('has its target in rotation again, where the router drained it nevertheless', async () => {
    const world = refusing(true);
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect([...world.router.drained(API)]).toEqual([]);
    expect((await world.index.targetStatuses(API)).get(web(1))).toMatchObject({
      ...{ inRotation: [true], by: null },
    });
  });

  test('names only those that took the version and cannot be rid of it', async () => {
    const world = refusing(true);
    const { id } = await world.planned({
      strategy: {
        kind: 'steps',
        steps: [2, 1].map((n) => ({ kind: 'deploy', targets: [web(n)] })),
      },
    });

    expect((await world.finish(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /could not restore web-2 \(there is no previous version to go back to\)$/,
      ),
    });
    expect(applied(world)).toEqual(['deploy web-2']);
    expect([...world.router.drained(API)]).toEqual([]);
  });

  test('and that a person was to look after leaves a rollback to be asked for', async () => {
    const world = refusing(true, { onFailure: 'hold' });
    const { id } = await world.planned();
    expect((await world.finish(id)).state.status).toBe('failed');

    expect(await world.order(id, { type: 'rollback', reason: 'no' })).toBeNull();
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.driver.calls).toEqual([]);
    expect([...world.router.drained(API)]).toEqual([]);
  });

  test('and a target that is new to its service stays as it was in the same way', async () => {
    const world = refusing(true);
    await world.live('1.0.0', { targets: ['web-2'] });
    const { id } = await world.planned({
      version: '2.0.0',
      strategy: {
        kind: 'steps',
        steps: [2, 1].map((n) => ({ kind: 'deploy', targets: [web(n)] })),
      },
    });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(applied(world)).toEqual(['deploy web-2', 'deploy web-2', 'rollback web-2']);
    expect([...world.router.drained(API)]).toEqual([]);
  });

  test('is no reason to leave what a driver was called for', async () => {
    const world = refusing();
    world.driver.onApply = () => broken('no');
    const { id } = await world.planned({ targets: ['web-2'] });

    expect((await world.finish(id)).state).toMatchObject({
      ...{ status: 'failed', reason: expect.stringContaining('could not restore web-2') },
    });
  });
});
