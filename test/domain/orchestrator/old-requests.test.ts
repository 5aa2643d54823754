import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { EventOf } from '../../../src/domain/model/deployment/plan-event.js';
import { ok, err } from '../../../src/domain/model/result.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { oldRequests, withReading } from '../../../src/domain/plan/old-requests.js';
import { aWorld, stopWith, type World } from './world.js';

/** web-1 is blue, web-2 green, behind a router that counts ten requests a second for each target. */
async function counting(strategy: StrategySpec = { kind: 'blue_green' }, grace?: number) {
  const control = { away: false };
  const router = new MemoryRouter();
  const world = aWorld({
    runtime: { router },
    fixture: {
      ...{ coloured: true, strategy },
      ...(grace !== undefined && { persistentGraceMs: grace }),
    },
  });
  await world.live('1.0.0');
  const counts = async () => {
    const given = Math.floor(world.clock.now() / 100);
    return control.away
      ? err({ code: 'router/unreachable', message: 'away', transient: true } as const)
      : ok({ 'web-1': given, 'web-2': given });
  };
  return { world, control, router: Object.assign(router, { counts }) };
}

const countedIn = async ({ index }: World, id: DeploymentId) =>
  (await index.events(id))
    .map(({ event }) => event)
    .filter((event): event is EventOf<'deployment.requests_counted'> => {
      return event.type === 'deployment.requests_counted';
    });

describe('the end of a switch', () => {
  test('says how many requests the old targets still had since', async () => {
    const { world } = await counting();
    const { id } = await world.planned({ version: '2.0.0' });
    expect((await world.finish(id)).state.status).toBe('completed');
    const [counted, ...more] = await countedIn(world, id);
    expect(more).toEqual([]);
    expect(counted).toMatchObject({ requests: 0, overMs: 0 });
    expect(Object.keys(counted?.targets ?? {})).toHaveLength(1);
    const events = await world.eventsOf(id);
    expect(events.indexOf('deployment.requests_counted')).toBe(
      events.indexOf('deployment.verified') - 1,
    );
  });

  test('says it of the last minute alone, where it comes later than that', async () => {
    const { world } = await counting({ kind: 'blue_green' }, 600_000);
    const { id } = await world.planned({ version: '2.0.0' });
    expect((await world.finish(id)).state.status).toBe('completed');
    const counted = await countedIn(world, id);
    expect(counted).toMatchObject([
      { requests: 5_400, overMs: 540_000 },
      { requests: 600, overMs: 60_000 },
    ]);
  });

  test('says that it is not known where the router is away then', async () => {
    const { world, control } = await counting({ kind: 'blue_green' }, 10_000);
    const { id } = await world.planned({ version: '2.0.0' });
    const ending = await world.orchestrator.advance('execute', id);
    if (ending.kind !== 'wait_until') throw new Error(ending.kind);
    control.away = true;
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await countedIn(world, id)).toMatchObject([
      { requests: null, overMs: 10_000, targets: null },
    ]);
  });

  test('says nothing where the router counts none, or nobody lost the traffic', async () => {
    const uncounted = await counting();
    Object.assign(uncounted.router, { counts: undefined });
    const { id } = await uncounted.world.planned({ version: '2.0.0' });
    await uncounted.world.finish(id);
    expect(await countedIn(uncounted.world, id)).toEqual([]);

    const all = await counting();
    const rolling = await all.world.planned({ version: '2.0.0', strategy: { kind: 'rolling' } });
    await all.world.finish(rolling.id);
    expect(await countedIn(all.world, rolling.id)).toEqual([]);
  });

  test('is left to the next run where this one is stopped, and says nothing of what the router lacks', async () => {
    const { world, router } = await counting({ kind: 'blue_green' }, 10_000);
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    await world.clock.sleep(10_000);
    const stop = new AbortController();
    const { counts } = router;
    Object.assign(router, {
      counts: async () => {
        stop.abort();
        return ok({});
      },
    });
    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));
    expect(await countedIn(world, id)).toEqual([]);

    Object.assign(router, { counts: async () => ok({ 'web-9': 1 }) });
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await countedIn(world, id)).toMatchObject([{ requests: null, targets: null }]);
    expect(await counts()).toMatchObject({ ok: true });
  });
});

describe('readings of a router', () => {
  const at = (seconds: number, count: number) => ({
    at: seconds * 1_000,
    targets: { 'web-1': count },
  });

  test('are kept as far as the last minute goes back', () => {
    const first = [at(0, 0), at(30, 10)];
    expect(withReading(first, at(61, 20))).toEqual([at(0, 0), at(30, 10), at(61, 20)]);
    expect(withReading(first, at(90, 20))).toEqual([at(30, 10), at(90, 20)]);
  });

  test('that begin anew count all that came since; a target that is not there any more counts none', () => {
    const counted = [{ at: 0, targets: { 'web-1': 50, 'web-2': 7 } }] as const;
    expect(oldRequests(counted, { 'web-1': 3 }, 5_000)).toEqual({ requests: 3, overMs: 5_000 });
  });
});
