import { describe, expect, test } from 'vitest';
import { aWorld, LEASE, type World } from './world.js';

const HOUR = 3_600_000;
const advance = (world: World, id: Parameters<World['load']>[0]) =>
  world.orchestrator.advance('execute', id);

describe('supersede_running', () => {
  const newer = { version: '2.0.0', policy: { onConflict: 'supersede_running' } } as const;

  test('sends what runs back to the version before, and goes on when it is there', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: HOUR } } });
    await world.live('0.9.0');
    const running = await world.planned({ version: '1.0.0' });
    await advance(world, running.id);
    world.clock.advance(1);
    const { id } = await world.planned(newer);

    expect(await advance(world, id)).toMatchObject({ kind: 'in_line', behind: running.id });
    expect((await world.load(running.id)).state).toMatchObject({
      ...{ status: 'rolling_back', reason: `superseded by ${id} (2.0.0)` },
    });
    expect((await world.finish(running.id)).state.status).toBe('rolled_back');
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('takes the place of what has the slot and has not begun', async () => {
    const world = aWorld();
    const running = await world.planned();
    await world.truth.claim(running.id, { kind: 'execute', worker: 'x', leaseMs: LEASE });
    world.clock.advance(LEASE);
    const { id } = await world.planned(newer);

    expect((await advance(world, id)).kind).toBe('busy');
    expect(await world.statusOf(running.id)).toBe('cancelled');
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('takes the place of who is first in line for a free slot', async () => {
    const world = aWorld();
    const first = await world.planned();
    const { id } = await world.planned(newer);

    expect((await advance(world, id)).kind).toBe('busy');
    expect(await world.statusOf(first.id)).toBe('cancelled');
  });

  test('waits for what was asked for later', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: HOUR } } });
    const later = await world.planned({ at: world.clock.now() + 1 });
    await advance(world, later.id);
    const { id } = await world.planned(newer);

    expect((await advance(world, id)).kind).toBe('in_line');
    expect(await world.statusOf(later.id)).toBe('executing');
  });

  test('waits behind one whose record is gone', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: HOUR } } });
    const running = await world.planned();
    await advance(world, running.id);
    const { id } = await world.planned(newer);
    world.state.deployments.delete(running.id);

    expect((await advance(world, id)).kind).toBe('in_line');
  });
});
