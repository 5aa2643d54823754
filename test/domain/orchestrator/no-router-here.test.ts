import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import { aWorld } from './world.js';

/** Version 1.0.0 behind a router, which a worker's configuration may lose. */
async function routed(gate: boolean) {
  const runtime: { router: TrafficRouter | null } = { router: new MemoryRouter() };
  const strategy = { kind: 'rolling', ...(gate && { pauseAfterFirst: true }) } as const;
  const fixture = { targets: ['web-1', 'web-2'], strategy };
  const world = aWorld({ runtime, fixture });
  await world.live('1.0.0', { strategy: { kind: 'rolling' } });
  world.driver.calls.length = 0;
  return { ...world, runtime };
}

describe('a worker that lacks the router of a plan', () => {
  test('calls no target, for none could be drained, and says why', async () => {
    const world = await routed(false);
    const { id } = await world.planned({ version: '2.0.0' });
    world.runtime.router = null;

    const { state } = await world.finish(id);

    expect(state).toMatchObject({ status: 'rolled_back' });
    expect('reason' in state && state.reason).toContain('no router is configured');
    expect(world.driver.calls).toEqual([]);
  });

  test('takes nothing back before it can be drained, and goes on once there is a router', async () => {
    const world = await routed(true);
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    const { router } = world.runtime;
    world.runtime.router = null;
    await world.order(id, { type: 'abort', reason: 'no' });

    await world.orchestrator.advance('rollback', id);
    expect(await world.eventsOf(id)).toContain('deployment.restore_retried');
    expect(world.driver.calls.map(({ action }) => action)).toEqual(['deploy']);

    world.runtime.router = router;
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect([...world.driver.runs.values()]).toEqual(['1.0.0', '1.0.0']);
  });
});
