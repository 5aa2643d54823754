import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { DrainCount } from '../../../src/domain/model/target.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { EventOf } from '../../../src/domain/model/deployment/plan-event.js';
import type { TellDrain } from '../../../src/domain/ports/traffic-router.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld, LEASE, stopWith, type World } from './world.js';

const requests = (left: number): DrainCount => ({ left, of: 'requests' });
type Drains = (tell: TellDrain, world: World) => Promise<DrainCount | void>;

/** 1.0.0 on one target, behind a router that drains it this way; then 2.0.0 is planned. */
async function drained(drains: Drains, limits: { timeoutMs?: number } = {}) {
  const control: { world: World | null } = { world: null };
  const router = new MemoryRouter({
    ...limits,
    whenIdle: (_, __, tell) =>
      control.world === null ? Promise.resolve() : drains(tell, control.world),
  });
  const fixture = { targets: ['web-1'], strategy: { kind: 'rolling' } } as const;
  const world = aWorld({ runtime: { router }, fixture });
  await world.live('1.0.0');
  control.world = world;
  const { id } = await world.planned({ version: '2.0.0' });
  return { world, id, router };
}

const seenIn = async ({ index }: World, id: DeploymentId) =>
  (await index.events(id))
    .map(({ event }) => event)
    .filter((event): event is EventOf<'deployment.drain_seen'> => {
      return event.type === 'deployment.drain_seen';
    });

const drainOf = async ({ index }: World) => (await index.targetStatuses(API)).get(web(1))?.drain;

describe('a drain that takes its time', () => {
  test('is written down as it goes: what is left, and how long it is waited at most', async () => {
    const during: unknown[] = [];
    const { world, id } = await drained(async (tell, { clock, index }) => {
      const began = clock.now();
      during.push(await drainOf({ index } as World));
      tell(requests(5));
      await clock.sleep(6_000);
      tell(requests(3));
      await clock.sleep(1);
      during.push({ began, ...(await drainOf({ index } as World)) });
      await clock.sleep(4_000);
      tell(requests(0));
    });
    const began = world.clock.now();

    expect((await world.finish(id)).state.status).toBe('completed');

    expect(await seenIn(world, id)).toEqual([
      {
        ...{ type: 'deployment.drain_seen', target: 'web-1', count: requests(3) },
        withinMs: 24_000,
      },
    ]);
    const until = began + 30_000;
    expect(during).toEqual([
      { until, count: null },
      { began, until, count: requests(3) },
    ]);
    expect(await drainOf(world)).toBeUndefined();
  });

  test('is written the rarer the longer it takes, and only where the number has changed', async () => {
    const { world, id } = await drained(
      async (tell, { clock }) => {
        for (let left = 3_600; left > 0; left -= 1) {
          tell(requests(Math.max(10, left)));
          await clock.sleep(1_000);
        }
      },
      { timeoutMs: 3_600_000 },
    );
    expect((await world.finish(id)).state.status).toBe('completed');
    const seen = await seenIn(world, id);
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.length).toBeLessThan(100);
    expect(new Set(seen.map(({ count }) => count.left)).size).toBe(seen.length);
  });

  test('is not written again where nothing has changed since', async () => {
    const { world, id } = await drained(async (tell, { clock }) => {
      for (let seconds = 0; seconds < 20; seconds += 1) {
        tell(requests(4));
        await clock.sleep(1_000);
      }
    });
    expect((await world.finish(id)).state.status).toBe('completed');

    expect((await seenIn(world, id)).map(({ count }) => count.left)).toEqual([4]);
  });

  test('says plainly of a router that cannot count that it cannot', async () => {
    const workers: DrainCount = { left: 2, of: 'workers' };
    const { world, id, router } = await drained(async (tell, { clock }) => {
      await clock.sleep(2_000);
      tell(workers);
      return workers;
    });
    Object.assign(router, { uncounted: true, drainMs: 9_000 });

    expect((await world.finish(id)).state.status).toBe('completed');

    const events = (await world.index.events(id)).map(({ event }) => event);
    expect(events).toContainEqual({
      ...{ type: 'deployment.target_draining', target: 'web-1' },
      ...{ withinMs: 9_000, uncounted: true },
    });
    expect(await seenIn(world, id)).toEqual([
      {
        ...{ type: 'deployment.drain_seen', target: 'web-1', count: workers },
        ...{ withinMs: 7_000, uncounted: true },
      },
    ]);
    expect(events).toContainEqual({
      ...{ type: 'deployment.target_drained', target: 'web-1' },
      evidence: { server: 'web-1', state: 'drained', ended: false, ...workers },
    });
  });

  test('that a worker dies in is drained again by the next: what it was sent has not ended for that', async () => {
    const stop = new AbortController();
    let times = 0;
    const { world, id } = await drained(async (tell, { clock }) => {
      times += 1;
      await clock.sleep(2_000);
      tell(requests(4));
      if (times > 1) return;
      stop.abort();
      await new Promise(() => {});
    });
    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));
    expect(await drainOf(world)).toMatchObject({ count: requests(4) });
    await world.clock.sleep(LEASE);

    expect((await world.finish(id)).state.status).toBe('completed');

    expect(times).toBe(2);
    expect((await seenIn(world, id)).map(({ withinMs }) => withinMs)).toEqual([28_000, 28_000]);
    expect(await drainOf(world)).toBeUndefined();
  });

  test('that is fenced off in its middle writes nothing more', async () => {
    const { world, id } = await drained(async (tell, { clock, orchestrator }) => {
      await clock.sleep(2_000);
      await orchestrator.command(id, { type: 'force_end', by: 'ann', reason: 'stuck' }, 'ann');
      tell(requests(4));
    });
    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow('store/fenced');
    expect(await seenIn(world, id)).toEqual([]);
  });
});
