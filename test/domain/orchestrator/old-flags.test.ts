import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { planNotes } from '../../../src/domain/explain/plan-notes.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';
import { err } from '../../../src/domain/model/result.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import type { FlagStore } from '../../../src/domain/ports/flag-store.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { aDraft, anId, API, v } from '../../support/fixtures.js';
import { faultyFlags } from '../../../src/adapters/simulation/faulty-flags.js';
import { AWAY, aFlagged, keeping, threeDone } from './flagged.js';
import { aWorld } from './world.js';

const never = new AbortController().signal;
describe('flags of versions before', () => {
  test('are all kept where nothing else is said', async () => {
    const { names } = await threeDone({ name: 'checkout-{version}' });

    expect(await names()).toEqual(['checkout-1', 'checkout-2', 'checkout-3']);
  });

  test('go with a completed deployment, but for those of the last versions before it', async () => {
    const world = await threeDone({ name: 'checkout-{version}', keep: 2 });
    expect(await world.names()).toEqual(['checkout-1', 'checkout-2', 'checkout-3']);
    const { id, state } = await world.live('4');

    expect(state.status).toBe('completed');
    expect(await world.names()).toEqual(['checkout-2', 'checkout-3', 'checkout-4']);
    const old = { flag: 'checkout-1', version: '1', percent: 100 };
    expect(await world.told(id)).toEqual([
      { type: 'deployment.flags_removing', flags: [old] },
      { type: 'deployment.flags_removed', left: [], removed: [old] },
    ]);
  });

  test('also those that steps of their own set', async () => {
    const world = aFlagged();
    const strategy: StrategySpec = {
      kind: 'steps',
      steps: [
        { kind: 'deploy', targets: 'all' },
        { kind: 'set_flag', flag: { keep: 1 }, percent: 100 },
      ],
    };
    for (const version of ['1', '2', '3']) await world.live(version, { strategy });

    expect(await world.names()).toEqual(['ff_api_2', 'ff_api_3']);
  });

  test('stay where they are not named after their version, or belong to another service', async () => {
    const world = aFlagged();
    const call = { ...API, deploymentId: anId(), version: v('1'), fence: 0 };
    const web = { service: serviceName('web') };
    const staging = { environment: environmentName('staging') };
    await world.memory.set(call, 'checkout', 50, never);
    await world.memory.set({ ...call, ...web }, 'ff_api_0', 50, never);
    await world.memory.set({ ...call, ...staging, version: v('0') }, 'ff_api_00', 50, never);
    for (const version of ['1', '2', '3']) await world.live(version);
    const { state } = await world.live('4');

    expect(state.status).toBe('completed');
    expect((await world.names()).toSorted()).toEqual([
      'checkout',
      'ff_api_0',
      'ff_api_00',
      'ff_api_3',
      'ff_api_4',
    ]);
  });

  test('stay while their version runs anywhere', async () => {
    const world = await threeDone();
    // Only one of the targets gets the next versions.
    const partly: StrategySpec = {
      ...{ kind: 'steps', partial: true },
      steps: [
        { kind: 'deploy', targets: ['web-1'] as never },
        { kind: 'set_flag', flag: { keep: 1 }, percent: 100 },
      ],
    };
    for (const version of ['4', '5']) await world.live(version, { strategy: partly });

    expect(await world.names()).toEqual(['ff_api_3', 'ff_api_4', 'ff_api_5']);
  });

  test('stay where nobody knows what runs on a target, and the event says so', async () => {
    const world = aFlagged();
    const strategy: StrategySpec = {
      ...{ kind: 'steps', partial: true },
      steps: [
        { kind: 'deploy', targets: ['web-1'] as never },
        { kind: 'set_flag', flag: { keep: 1 }, percent: 100 },
      ],
    };
    const { id, state } = await world.live('1', { strategy });

    expect(state.status).toBe('completed');
    expect(await world.told(id)).toEqual([
      {
        ...{ type: 'deployment.flags_removed', removed: [], left: [] },
        error: 'it is not known what runs on each of the targets',
      },
    ]);
  });

  test('stay as a person made them, and the next deployment looks at them again', async () => {
    const world = await threeDone({ keep: 2 });
    world.memory.changeByHand('ff_api_1', 30);
    const { id, state } = await world.live('4');

    expect(state.status).toBe('completed');
    expect(await world.names()).toContain('ff_api_1');
    const reason = 'somebody else changed it: it is at 30%';
    expect((await world.told(id)).at(-1)).toMatchObject({
      removed: [],
      left: [{ flag: 'ff_api_1', reason }],
    });
    const next = await world.live('5');
    expect((await world.told(next.id)).at(-1)).toMatchObject({
      removed: [{ flag: 'ff_api_2' }],
      left: [{ flag: 'ff_api_1', reason }],
    });
  });

  test('stay with a version that is found bad', async () => {
    const probe = aProbe(async ({ version }) => saw(version === '4' ? 'unhealthy' : 'healthy'));
    const world = await threeDone({ keep: 2 }, { probes: [probe] });
    const { id, state } = await world.live('4', { checked: false });

    expect(state.status).toBe('rolled_back');
    expect(await world.names()).toEqual(['ff_api_1', 'ff_api_2', 'ff_api_3']);
    expect(await world.told(id)).toEqual([]);
  });

  test('do not keep a deployment from being completed while their store is away', async () => {
    const world = await threeDone({ keep: 2 });
    const { id } = await world.planned({ version: '4' });
    world.through((memory) => ({ ...faultyFlags(memory, () => false), list: async () => AWAY }));

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await world.told(id)).toEqual([
      {
        ...{ type: 'deployment.flags_removed', removed: [], left: [] },
        error: 'Redis is away',
      },
    ]);
    world.through((memory) => memory);
    await world.live('5');
    expect(await world.names()).toEqual(['ff_api_3', 'ff_api_4', 'ff_api_5']);
  });

  test('are asked for no more once their store went away in the middle', async () => {
    const world = await threeDone({ keep: 50 });
    const asked: string[] = [];
    const { id } = await world.planned({ version: '4', strategy: keeping({ keep: 1 }) });
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      set: async (call, flag, percent, signal) => {
        if (percent !== null) return memory.set(call, flag, percent, signal);
        asked.push(flag);
        return AWAY;
      },
    }));

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(asked).toEqual(['ff_api_1']);
    expect((await world.told(id)).at(-1)).toMatchObject({
      left: [
        { flag: 'ff_api_1', reason: 'Redis is away' },
        { flag: 'ff_api_2', reason: 'Redis is away' },
      ],
    });
  });

  test('are left alone, each with its reason, where the store refuses one of them', async () => {
    const world = await threeDone({ keep: 50 });
    const refused = { code: 'flag/rejected', message: 'not allowed', transient: false } as const;
    const { id } = await world.planned({ version: '4', strategy: keeping({ keep: 1 }) });
    world.through((memory) => ({
      ...faultyFlags(memory, () => false),
      set: async (call, flag, percent, signal) =>
        flag === 'ff_api_1' ? err(refused) : memory.set(call, flag, percent, signal),
    }));

    expect((await world.finish(id)).state.status).toBe('completed');
    expect((await world.told(id)).at(-1)).toMatchObject({
      removed: [{ flag: 'ff_api_2' }],
      left: [{ flag: 'ff_api_1', reason: 'not allowed' }],
    });
  });

  test('can not be told from others where a store lists nothing', async () => {
    const flags = new MemoryFlagStore('function');
    const blind: FlagStore = {
      kind: 'function',
      read: (...given) => flags.read(...given),
      set: (...given) => flags.set(...given),
    };
    const world = aWorld({
      runtime: { flags: blind },
      fixture: { strategy: keeping({ keep: 1 }) },
    });
    const { id } = await world.live('1');

    expect((await world.index.events(id)).map(({ event }) => event)).toContainEqual({
      ...{ type: 'deployment.flags_removed', removed: [], left: [] },
      error: 'a flag store of the kind function does not list its flags',
    });
  });
});

describe('a plan that keeps few flags', () => {
  test('says so', () => {
    const notes = (keep: number) =>
      planNotes(aDraft({ strategy: keeping({ keep }), flags: true }).deployment.plan).at(-1);

    expect(notes(2)).toBe(
      'once it is completed, flags of older versions are removed: kept are those of the last 2 versions before it, and any that somebody changed',
    );
    expect(notes(1)).toContain('those of the last version before it');
  });
});
