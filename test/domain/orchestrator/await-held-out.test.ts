import { describe, expect, test } from 'vitest';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const away: RouterFailure = { code: 'router/unreachable', message: 'no answer', transient: true };
const refuse = { policy: { heldOut: 'refuse' } } as const;

/** Version 1.0.0 behind a router. */
async function live() {
  const control: { fault: RouterFault } = { fault: () => null };
  const router = new MemoryRouter({ fault: (asked, signal) => control.fault(asked, signal) });
  const world = aWorld({ runtime: { router } });
  await world.live('1.0.0');
  world.driver.calls.length = 0;
  return { ...world, router, control };
}

describe('a deployment that must not begin while a target is held out', () => {
  test('waits until the person puts the target back, and then goes on by itself', async () => {
    const world = await live();
    world.router.maintain(API, web(2));
    const { id } = await world.planned({ version: '2.0.0', ...refuse });
    const now = world.clock.now();

    expect(await world.orchestrator.advance('execute', id)).toMatchObject({
      ...{ kind: 'wait_until', until: now + 15_000 },
    });

    const held = await world.load(id);
    expect(held.state.status).toBe('approved');
    expect(held.progress.hold).toMatchObject({
      ...{ kind: 'held_out', reason: 'web-2 is held out of the router by somebody else' },
      liftedBy: 'whoever puts the targets back into the router',
    });
    await world.clock.sleep(15_000);
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    const told = (await world.eventsOf(id)).filter((type) => type === 'deployment.held');
    expect(told).toHaveLength(1);
    expect(world.driver.calls).toEqual([]);

    world.router.unmaintain(API, web(2));
    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(ended.progress.hold).toBeNull();
    expect(world.router.drained(API).size).toBe(0);
  });

  test('leaves the slot to others meanwhile', async () => {
    const world = await live();
    world.router.maintain(API, web(2));
    const { id } = await world.planned({ version: '2.0.0', ...refuse });
    await world.orchestrator.advance('execute', id);

    expect((await world.index.slot(API)).holder).toBeNull();
    expect((await world.live('3.0.0')).state.status).toBe('completed');
    world.router.unmaintain(API, web(2));
    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(ended.previous?.version).toBe('3.0.0');
  });

  test('is cancelled where it could not begin in time', async () => {
    const world = await live();
    world.router.maintain(API, web(2));
    const { id } = await world.planned({
      version: '2.0.0',
      policy: { heldOut: 'refuse', startBy: 60_000 },
    });
    const began = world.clock.now();

    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('start-by expired'),
    });
    expect(world.clock.now() - began).toBe(60_000);
    expect(world.driver.calls).toEqual([]);
    expect((await world.index.slot(API)).holder).toBeNull();
  });

  test('waits for a router that cannot be asked, before it begins', async () => {
    const world = await live();
    world.control.fault = () => away;
    const { id } = await world.planned({ version: '2.0.0', ...refuse });

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect(await world.load(id)).toMatchObject({
      ...{ state: { status: 'approved' }, progress: { hold: { kind: 'router' } } },
    });
    expect((await world.index.slot(API)).holder).toBeNull();
    world.control.fault = () => null;
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('goes on once it has begun, and leaves out what is held out then', async () => {
    const world = await live();
    const { id } = await world.planned({ version: '2.0.0', ...refuse });
    world.driver.onApply = ({ target }) => {
      if (target.id === 'web-1') world.router.maintain(API, web(2));
      return fine;
    };

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.runs.get('web-2')).toBe('2.0.0');
    expect((await world.index.targetStatuses(API)).get(web(2))?.heldOut).toBe('maintenance');
  });

  test('asks again before it is retried', async () => {
    const world = await live();
    world.driver.onApply = () => broken('no');
    const { id } = await world.planned({
      version: '2.0.0',
      policy: { heldOut: 'refuse', onFailure: 'hold', retries: 0 },
    });
    expect((await world.finish(id)).state.status).toBe('failed');
    world.driver.onApply = () => fine;
    world.router.maintain(API, web(2));
    await world.order(id, { type: 'retry', by: 'ann' });

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect((await world.load(id)).progress.hold?.kind).toBe('held_out');
    world.router.unmaintain(API, web(2));
    expect((await world.finish(id)).state.status).toBe('completed');
  });
});
