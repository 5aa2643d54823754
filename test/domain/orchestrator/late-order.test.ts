import { describe, expect, test } from 'vitest';
import { lateOrder } from '../../../src/domain/orchestrator/journal/late-order.js';
import { broken, fine } from '../../support/fake-services.js';
import { v } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const approve = { type: 'approve', by: 'ann' } as const;
const draft = { approve: false, policy: { approval: 'required' } } as const;

describe('approving a draft that was planned before what is active now', () => {
  test('is refused with what is active, and wants to be said', async () => {
    const world = aWorld();
    const { id } = await world.planned({ version: '1.4.0', ...draft });
    await world.clock.sleep(1_000);
    const { id: newer } = await world.live('1.5.0');

    expect(await world.order(id, approve)).toBe(
      `cannot approve ${id}: 1.4.0 was planned before what is active now (1.5.0, ${newer}). Approve it all the same with --older, or plan it anew`,
    );
    expect((await world.load(id)).state.status).toBe('draft');
    expect(await world.order(id, { ...approve, older: true })).toBeNull();
    expect((await world.load(id)).state.status).toBe('approved');
    // Given again it was accepted before.
    expect(await world.order(id, approve)).toBeNull();
  });

  test('is not where what came since was not completed, or is not there any more', async () => {
    const world = aWorld({ fixture: { policy: { onFailure: 'hold' } } });
    const deployment = await world.planned({ version: '1.4.0', ...draft });
    await world.clock.sleep(1_000);
    world.driver.onApply = () => broken('no disk');
    const newer = await world.planned({ version: '1.5.0' });
    expect((await world.finish(newer.id)).state.status).toBe('failed');

    expect(await lateOrder(world.store, deployment, approve)).toBeNull();
    world.driver.onApply = () => fine;
    await world.live('1.6.0');
    expect(await lateOrder(world.store, deployment, approve)).toContain('(1.6.0, dep_');
    const gone = {
      service: () => world.store.service(deployment),
      load: async () => undefined,
    };
    expect(await lateOrder(gone, deployment, approve)).toBeNull();
  });

  test('is not so where it was planned after, or nothing is active', async () => {
    const world = aWorld();
    const first = await world.planned({ version: '1.0.0', ...draft });
    expect(await world.order(first.id, approve)).toBeNull();
    await world.finish(first.id);
    await world.clock.sleep(1_000);
    const second = await world.planned({ version: v('1.1.0'), ...draft });

    expect(await world.order(second.id, approve)).toBeNull();
  });
});
