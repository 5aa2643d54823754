import { describe, expect, test } from 'vitest';
import { faultyFlags } from '../../../src/adapters/simulation/faulty-flags.js';
import { AWAY, threeDone } from './flagged.js';
import { LEASE, stopWith } from './world.js';

describe('flags of versions before, when a worker dies over them', () => {
  /** The worker of the deployment hangs at the flag that it removes, and another one takes over. */
  async function diesAt(when: 'before' | 'after') {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    const death = new AbortController();
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      set: async (call, flag, percent, signal) => {
        if (percent !== null) return memory.set(call, flag, percent, signal);
        const gone = when === 'after' ? await memory.set(call, flag, percent, signal) : null;
        death.abort();
        return gone ?? AWAY;
      },
    }));
    await world.orchestrator.advance('execute', id, stopWith({ abort: death.signal }));
    await world.orchestrator.advance('verify', id, stopWith({ abort: death.signal }));
    expect(await world.statusOf(id)).toBe('verifying');
    world.through((memory) => memory);
    await world.clock.sleep(LEASE);
    expect((await world.finish(id)).state.status).toBe('completed');
    return { told: await world.told(id), names: await world.names() };
  }

  test.each(['before', 'after'] as const)(
    'go all the same, told once, where it died %s it was gone',
    async (when) => {
      const { told, names } = await diesAt(when);

      expect(names).toEqual(['ff_api_2', 'ff_api_3', 'ff_api_4']);
      const old = { flag: 'ff_api_1', version: '1', percent: 100 };
      expect(told).toEqual([
        { type: 'deployment.flags_removing', flags: [old] },
        { type: 'deployment.flags_removed', left: [], removed: [old] },
      ]);
    },
  );

  test('stay where it was told to stop before it had looked', async () => {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    const stop = new AbortController();
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      list: async (signal) => {
        stop.abort();
        return memory.list(signal);
      },
    }));
    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));
    await world.orchestrator.advance('verify', id, stopWith({ abort: stop.signal }));

    expect(await world.statusOf(id)).toBe('verifying');
    expect(await world.told(id)).toEqual([]);
  });

  test('are removed by nobody whose fence is outdated', async () => {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      set: async (call, flag, percent, signal) =>
        memory.set(percent === null ? { ...call, fence: 0 } : call, flag, percent, signal),
    }));
    await world.orchestrator.advance('execute', id);

    await expect(world.orchestrator.advance('verify', id)).rejects.toThrow(/fence 0/);
    expect(await world.names()).toContain('ff_api_1');
  });

  test('wait where somebody pauses the deployment meanwhile', async () => {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      list: async (signal) => {
        await world.order(id, { type: 'pause', reason: 'lunch' });
        return memory.list(signal);
      },
    }));
    await world.orchestrator.advance('execute', id);
    await world.orchestrator.advance('verify', id);
    expect(await world.statusOf(id)).toBe('paused');
    expect(await world.names()).toContain('ff_api_1');

    world.through((memory) => memory);
    await world.order(id, { type: 'resume' });
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await world.names()).not.toContain('ff_api_1');
  });

  test('are told once where it is paused while they are removed', async () => {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      set: async (call, flag, percent, signal) => {
        if (percent === null) await world.order(id, { type: 'pause', reason: 'lunch' });
        return memory.set(call, flag, percent, signal);
      },
    }));
    await world.orchestrator.advance('execute', id);
    await world.orchestrator.advance('verify', id);
    expect(await world.statusOf(id)).toBe('paused');
    await world.order(id, { type: 'resume' });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect((await world.told(id)).map(({ type }) => type)).toEqual([
      'deployment.flags_removing',
      'deployment.flags_removed',
    ]);
  });

  test('stay where the worker that verifies has no flag store any more', async () => {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    await world.orchestrator.advance('execute', id);
    const { driver } = world;
    const value = { driver, checker: null };
    Object.assign(world.ports, { runtimeOf: () => ({ ok: true, value }) });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await world.names()).toContain('ff_api_1');
  });
});
