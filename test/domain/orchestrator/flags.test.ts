import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { Fenced } from '../../../src/domain/orchestrator/journal/fenced.js';
import type { FlagFailure, FlagStore } from '../../../src/domain/ports/flag-store.js';
import { err, ok } from '../../../src/domain/model/result.js';
import { API, v } from '../../support/fixtures.js';
import { quiet } from '../../support/virtual-clock.js';
import { aWorld, stopWith } from './world.js';

const strategy = { kind: 'feature_flag', stages: [10, 100], batchSize: 2 } as const;
const passing: FlagFailure = { code: 'flag/unreachable', message: 'no answer', transient: true };
const never = new AbortController().signal;

/** A flag store that fails as told, and remembers what it was asked. */
function flagged(
  fails: (what: 'read' | 'set', percent: number | null) => FlagFailure | null = () => null,
) {
  const memory = new MemoryFlagStore();
  const set: (number | null)[] = [];
  const flags: FlagStore = {
    kind: 'memory',
    read: async (flag, signal) => {
      const failure = fails('read', null);
      return failure ? err(failure) : memory.read(flag, signal);
    },
    set: async (call, flag, percent, signal) => {
      await quiet();
      const failure = fails('set', percent);
      if (failure) return err(failure);
      set.push(percent);
      return memory.set(call, flag, percent, signal);
    },
  };
  return { ...aWorld({ runtime: { flags }, fixture: { strategy } }), set, memory };
}

describe('a flag', () => {
  test('is set to the percentages asked for, and no other', async () => {
    const { planned, finish, set } = flagged();
    const { id } = await planned();

    expect((await finish(id)).state.status).toBe('completed');
    expect(set).toEqual([0, 10, 100]);
  });

  test('goes back to what it was, not to nothing', async () => {
    const world = flagged();
    const call = {
      ...API,
      deploymentId: (await world.live('0.9.0', { strategy: { kind: 'rolling' } })).id,
      version: v('0.9.0'),
      fence: 1,
    };
    await world.memory.set(call, 'ff_api_1.0.0', 30, never);
    const { id } = await world.planned();
    await world.finish(id);
    await world.order(id, { type: 'rollback', reason: 'slow' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(await world.memory.read('ff_api_1.0.0', never)).toMatchObject({
      value: { percent: 30 },
    });
  });

  test('is set again where that failed in passing, before anything is known of it too', async () => {
    let reads = 1;
    let sets = 1;
    const { planned, finish } = flagged((what) =>
      (what === 'read' ? reads-- : sets--) > 0 ? passing : null,
    );
    const { id } = await planned();

    expect((await finish(id)).state.status).toBe('completed');
  });

  test('that is refused fails the deployment', async () => {
    const { planned, finish } = flagged((what) =>
      what === 'set' ? { code: 'flag/rejected', message: 'not yours', transient: false } : null,
    );
    const { id } = await planned();

    expect((await finish(id)).state).toMatchObject({
      reason: expect.stringContaining('set_flag failed: not yours'),
    });
  });

  test('that has seen a newer fence ends the run, on the way there and back', async () => {
    const fenced: FlagFailure = { code: 'flag/fenced', message: 'older', transient: false };
    let armed = true;
    const world = flagged((what) => (armed && what === 'set' ? fenced : null));
    const { id } = await world.planned();
    await expect(world.orchestrator.advance('execute', id)).rejects.toThrow(Fenced);

    armed = false;
    await world.finish(id);
    await world.order(id, { type: 'rollback', reason: 'slow' });
    armed = true;
    world.driver.removes = true;
    const row = world.state.deployments.get(id);
    if (row)
      row.deployment = {
        ...row.deployment,
        state: { status: 'rolling_back', reason: 'x', cause: 'request', since: world.clock.now() },
      };
    await expect(world.orchestrator.advance('rollback', id)).rejects.toThrow(Fenced);
  });

  test('is not set for a deployment that was paused meanwhile', async () => {
    let asked = false;
    const world = flagged();
    world.driver.onApply = async () => {
      if (!asked) await world.order(id, { type: 'pause', reason: 'wait' });
      asked = true;
      return ok({});
    };
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);

    expect(await world.statusOf(id)).toBe('paused');
    expect(world.set).toEqual([0]);
  });

  test('is not set for a deployment that was cancelled before it had begun', async () => {
    const world = flagged((what) => {
      if (what === 'read') cancelled = world.order(id, { type: 'cancel', reason: 'no' });
      return null;
    });
    let cancelled: Promise<unknown> = Promise.resolve();
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    await cancelled;

    expect(await world.statusOf(id)).toBe('cancelled');
    expect(world.set).toEqual([]);
  });

  test('that is back is not set again while the rest of the way back takes its time', async () => {
    const world = flagged();
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();
    await world.finish(id);
    let flakes = 1;
    world.driver.onApply = () =>
      flakes-- > 0
        ? { ok: false, error: { code: 'driver/unreachable', message: 'x', transient: true } }
        : ok({});
    world.set.length = 0;
    await world.order(id, { type: 'rollback', reason: 'slow' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.set).toEqual([null]);
  });

  test.each([
    ['sets it', 10],
    ['gives it back', null],
  ])('is left to the next run by one that is stopped while it %s', async (_, to) => {
    const stop = new AbortController();
    const world = flagged((what, percent) => {
      if (what === 'set' && percent === to && !stop.signal.aborted) {
        stop.abort();
        return { code: 'flag/aborted', message: 'stopped', transient: true };
      }
      return null;
    });
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();
    if (to === null) {
      await world.finish(id);
      await world.order(id, { type: 'rollback', reason: 'slow' });
    }
    const kind = to === null ? 'rollback' : 'execute';
    await world.orchestrator.advance(kind, id, stopWith({ abort: stop.signal }));

    expect((await world.load(id)).progress.flags).toMatchObject({
      'ff_api_1.0.0': { now: to, settled: false },
    });
    const end = to === null ? 'rolled_back' : 'completed';
    expect((await world.finish(id)).state.status).toBe(end);
  });

  test('that was set before its deployment was paused is not set again after it', async () => {
    let paused: Promise<unknown> = Promise.resolve();
    const world = flagged((what, percent) => {
      if (what === 'set' && percent === 10) {
        paused = world.order(id, { type: 'pause', reason: 'wait' });
      }
      return null;
    });
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    await paused;

    const { state, progress } = await world.load(id);
    expect(state.status).toBe('paused');
    expect(progress.flags).toMatchObject({ 'ff_api_1.0.0': { now: 10, settled: true } });
    await world.order(id, { type: 'resume' });
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.set).toEqual([0, 10, 100]);
  });

  test('without a flag store here fails the deployment with that sentence', async () => {
    const world = aWorld({ fixture: { strategy, flags: true } });
    const { id } = await world.planned();

    expect((await world.finish(id)).state).toMatchObject({
      reason: 'set_flag failed: no flag store is configured for this service here',
    });
  });
});
