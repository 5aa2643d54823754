import { describe, expect, test } from 'vitest';
import { fine } from '../../support/fake-services.js';
import { web } from '../../support/fixtures.js';
import { aWorld, LEASE } from './world.js';

const aborted = {
  ok: false,
  error: { code: 'driver/aborted', message: 'stopped', transient: true },
} as const;

describe('the lease', () => {
  test('is kept during a call that outlasts it many times', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.driver.onApply = async () => {
      await world.clock.sleep(LEASE * 10);
      const other = { kind: 'execute', worker: 'w2', leaseMs: LEASE } as const;
      expect((await world.store.claim(id, other)).kind).toBe('leased');
      return fine;
    };

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('a store that cannot be reached for a while aborts nothing, and is logged', async () => {
    const warnings: string[] = [];
    let down = 2;
    const world = aWorld({
      ports: {
        log: { info: () => {}, warn: (_, text) => void warnings.push(text), error: () => {} },
      },
      wrap: (store) => {
        const renew = store.renew.bind(store);
        store.renew = (...args) =>
          down-- > 0 ? Promise.reject(new Error('no connection')) : renew(...args);
        return store;
      },
    });
    world.driver.onApply = async (_, signal) => {
      await world.clock.sleep(LEASE * 4, signal);
      return signal.aborted ? aborted : fine;
    };
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(warnings).toEqual(['could not renew the lease', 'could not renew the lease']);
  });

  test('brings the running worker a rollback within a third of it', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    const before = world.clock.now();
    world.driver.onApply = async (__, signal) => {
      const order = { type: 'rollback', reason: 'stop' } as const;
      await world.orchestrator.command(id, order, 'ann', false);
      await world.clock.sleep(3_600_000, signal);
      return signal.aborted ? aborted : fine;
    };
    const ending = await world.orchestrator.advance('execute', id);

    expect(ending.kind).toBe('settled');
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('settled');
    expect(world.clock.now() - before).toBeLessThanOrEqual(LEASE / 3);
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('started');
  });

  test('lets a paused worker bring its call to an end, and begin no other', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.driver.onApply = async (_, signal) => {
      await world.orchestrator.command(id, { type: 'pause', reason: 'lunch' }, 'ann', false);
      await world.clock.sleep(3 * LEASE, signal);
      return signal.aborted ? aborted : fine;
    };

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('settled');
    expect(await world.statusOf(id)).toBe('paused');
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('updated');
    expect(world.driver.calls).toHaveLength(1);
    world.driver.onApply = () => fine;
    await world.orchestrator.command(id, { type: 'resume' }, 'ann');
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('takes in a change that calls for the same work, and goes on', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.driver.onApply = async (_, signal) => {
      await world.orchestrator.command(id, { type: 'pause', reason: 'x' }, 'ann', false);
      await world.orchestrator.command(id, { type: 'resume' }, 'ann', false);
      await world.clock.sleep(LEASE, signal);
      return signal.aborted ? aborted : fine;
    };

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('whose renewal is answered after the pass has ended changes nothing any more', async () => {
    let loads = 0;
    const world = aWorld({
      wrap: (store) => {
        const load = store.load.bind(store);
        store.renew = async () => {
          await world.clock.sleep(LEASE);
          return { held: true, revision: 999 };
        };
        store.load = (id) => {
          loads += 1;
          return load(id);
        };
        return store;
      },
    });
    world.driver.onApply = async () => {
      await world.clock.sleep(LEASE / 2);
      return fine;
    };
    const { id } = await world.planned({ targets: ['web-1'] });
    await world.orchestrator.advance('execute', id);
    loads = 0;
    await world.clock.sleep(LEASE * 3);

    expect(loads).toBe(0);
  });
});
