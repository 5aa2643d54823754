import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import type { OnForeignChange } from '../../../src/domain/model/plan/flag-setting.js';
import { API, v } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const FLAG = 'new-page';
const never = new AbortController().signal;

/** A deployment that stands at 10 percent and waits to go on to all. */
async function atTen(onForeignChange?: OnForeignChange, more: object = {}) {
  const flags = new MemoryFlagStore();
  const flag = onForeignChange ? { name: FLAG, onForeignChange } : FLAG;
  const strategy = { kind: 'feature_flag', flag, stages: [10, 100], wait: 60_000 } as const;
  const world = aWorld({ runtime: { flags }, fixture: { strategy } });
  await world.live('0.9.0', { strategy: { kind: 'rolling' } });
  const { id } = await world.planned(more);
  await world.orchestrator.advance('execute', id);
  const percent = async () => {
    const read = await flags.read(FLAG, never);
    return read.ok ? (read.value?.percent ?? null) : read.error.message;
  };
  expect(await percent()).toBe(10);
  return { ...world, flags, id, percent };
}

const REASON =
  'flag new-page was changed by somebody else: it is at 0%; resume to set it to 100%, or abort';

describe('a flag that a person changed while it was widened', () => {
  test('is not widened: the deployment pauses, and the event says what was found', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, 0);
    await world.finish(world.id);

    expect((await world.load(world.id)).state).toMatchObject({ status: 'paused', reason: REASON });
    expect(await world.percent()).toBe(0);
    const events = await world.index.events(world.id);
    expect(events.slice(-2).map(({ event }) => event)).toEqual([
      {
        ...{ type: 'deployment.flag_changed', step: 5, flag: FLAG, before: null },
        ...{ found: 'at 0%', mark: expect.any(String) },
      },
      { type: 'deployment.paused', reason: REASON },
    ]);
  });

  test('is not made again where it was deleted', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, null);
    await world.finish(world.id);

    expect((await world.load(world.id)).state).toMatchObject({
      status: 'paused',
      reason: expect.stringContaining('it is deleted'),
    });
    expect(await world.percent()).toBeNull();
  });

  test('is set all the same once a person has resumed', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, 0);
    await world.finish(world.id);
    await world.order(world.id, { type: 'resume', reason: 'it was by mistake' });

    expect((await world.finish(world.id)).state.status).toBe('completed');
    expect(await world.percent()).toBe(100);
    expect((await world.load(world.id)).progress.flags[FLAG]).not.toHaveProperty('foreign');
  });

  test('pauses it again where it was changed again since it was paused', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, 0);
    await world.finish(world.id);
    world.flags.changeByHand(FLAG, 3);
    await world.order(world.id, { type: 'resume' });
    await world.finish(world.id);

    expect((await world.load(world.id)).state).toMatchObject({
      status: 'paused',
      reason: expect.stringContaining('it is at 3%'),
    });
    expect(await world.percent()).toBe(3);
  });

  test('stays as it is where the deployment is aborted then', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, 0);
    await world.finish(world.id);
    await world.order(world.id, { type: 'abort', reason: 'it was switched off' });

    expect((await world.finish(world.id)).state.status).toBe('rolled_back');
    expect(await world.percent()).toBe(0);
    expect((await world.index.events(world.id)).map(({ event }) => event)).toContainEqual({
      ...{ type: 'deployment.flag_left', flag: FLAG, found: 'at 0%' },
    });
  });

  test('stays as it is on the way back, however often that is begun', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, 70);
    await world.order(world.id, { type: 'abort', reason: 'slow' });
    let flakes = 1;
    world.driver.onApply = () =>
      flakes-- > 0
        ? { ok: false, error: { code: 'driver/unreachable', message: 'x', transient: true } }
        : { ok: true, value: {} };

    expect((await world.finish(world.id)).state.status).toBe('rolled_back');
    expect(await world.percent()).toBe(70);
    const left = (await world.eventsOf(world.id)).filter((type) => type === 'deployment.flag_left');
    expect(left).toHaveLength(1);
  });

  test('is taken away on the way back where it is gone already, without a word', async () => {
    const world = await atTen();
    world.flags.changeByHand(FLAG, null);
    await world.order(world.id, { type: 'abort', reason: 'slow' });

    expect((await world.finish(world.id)).state.status).toBe('rolled_back');
    expect(await world.eventsOf(world.id)).not.toContain('deployment.flag_left');
  });

  test.each(['rollback', 'hold'] as const)(
    'takes the deployment back where it is to be rolled back, also with onFailure: %s',
    async (onFailure) => {
      const world = await atTen('rollback', { policy: { onFailure } });
      world.flags.changeByHand(FLAG, 0);

      expect((await world.finish(world.id)).state).toEqual({
        status: 'rolled_back',
        reason: 'flag new-page was changed by somebody else: it is at 0%; it is not set to 100%',
      });
      expect(await world.percent()).toBe(0);
    },
  );

  test('is overwritten where that was asked for, forwards and backwards', async () => {
    const world = await atTen('overwrite');
    world.flags.changeByHand(FLAG, 0);
    expect((await world.finish(world.id)).state.status).toBe('completed');
    expect(await world.percent()).toBe(100);

    world.flags.changeByHand(FLAG, 50);
    await world.order(world.id, { type: 'rollback', reason: 'slow' });
    expect((await world.finish(world.id)).state.status).toBe('rolled_back');
    expect(await world.percent()).toBeNull();
  });

  test('was changed before the deployment began: nothing is touched until a person resumes', async () => {
    const world = await atTen();
    expect((await world.finish(world.id)).state.status).toBe('completed');
    world.flags.changeByHand(FLAG, 0);
    world.driver.calls.length = 0;
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);

    expect((await world.load(id)).state).toMatchObject({
      status: 'paused',
      reason: expect.stringContaining('changed by somebody else: it is at 0%'),
    });
    expect(world.driver.calls).toEqual([]);
    await world.order(id, { type: 'resume' });
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('is nothing to a report that comes after the deployment was stopped', async () => {
    const world = await atTen();
    const set = world.flags.set.bind(world.flags);
    world.flags.changeByHand(FLAG, 0);
    world.flags.set = async (...given) => {
      await world.order(world.id, { type: 'pause', reason: 'wait' });
      return set(...given);
    };
    await world.finish(world.id);

    expect((await world.load(world.id)).state).toMatchObject({ status: 'paused', reason: 'wait' });
    expect(await world.percent()).toBe(0);
  });
});

test('a flag of the same name that its service made by other means is where it begins', async () => {
  const flags = new MemoryFlagStore();
  const call = { ...API, deploymentId: 'dep_0123456789' as never, version: v('0.1.0'), fence: 0 };
  await flags.set(call, FLAG, 0, never);
  const strategy = { kind: 'feature_flag', flag: FLAG, stages: [100] } as const;
  const world = aWorld({ runtime: { flags }, fixture: { strategy } });
  const { id } = await world.planned();

  expect((await world.finish(id)).state.status).toBe('completed');
});
