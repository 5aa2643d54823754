import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { planNotes } from '../../../src/domain/explain/plan-notes.js';
import { serviceName } from '../../../src/domain/model/ids.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import type { FlagStore } from '../../../src/domain/ports/flag-store.js';
import { err } from '../../../src/domain/model/result.js';
import { anId, API, v } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';

const never = new AbortController().signal;
const widening = (flag?: { name?: string; restart?: boolean } | string, stages = [10, 100]) => ({
  ...{ kind: 'feature_flag' as const, stages },
  ...(flag !== undefined && { flag }),
});
const REFUSED =
  'flag new-page is at 100% now, and this would begin at 10%: users who have it would lose it. Use a flag with the version in its name (`ff_<service>_<version>` is the default), or set `restart: true` beside its name to take it from them';

/** A service whose flag `new-page` is at 100 percent with version 1. */
async function atAll(store: (memory: MemoryFlagStore) => FlagStore = (memory) => memory) {
  const memory = new MemoryFlagStore();
  const world = aWorld({ runtime: { flags: store(memory) } });
  const result = await world.manager.deploy('api', '1', widening('new-page'));
  expect(result.errors).toEqual([]);
  const percents: (number | null)[] = [];
  const set = memory.set.bind(memory);
  memory.set = async (call, flag, percent, signal) => {
    percents.push(percent);
    return set(call, flag, percent, signal);
  };
  const asked = (version: string) => ({
    ...API,
    ...{ id: anId(), version: v(version), approve: false, requestedBy: null },
    ...{ idempotencyKey: null, digest: version, metadata: {} },
  });
  const plan = async (version: string, strategy: StrategySpec) => {
    const answer = await world.manager.plan(asked(version), { strategy });
    return answer.ok ? answer.value.deployment.plan : answer.error;
  };
  return { ...world, memory, percents, plan, asked };
}

const setsOf = (plan: object): readonly string[] =>
  'steps' in plan
    ? (plan.steps as readonly Step[]).flatMap((step) =>
        step.kind === 'set_flag' ? [`${step.flag} ${step.percent}`] : [],
      )
    : [];
const notesOf = (plan: object): readonly string[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test of refusals and plans alike
  'steps' in plan ? planNotes(plan as never).slice(1) : [];

describe('a flag that users have already', () => {
  test('is not taken from them by the next version: the plan is refused, and says what to do', async () => {
    const { plan, percents } = await atAll();

    expect(await plan('2', widening('new-page'))).toEqual({
      ...{ code: 'plan/impossible', path: 'strategy.flag', message: REFUSED },
    });
    expect(percents).toEqual([]);
  });

  test('is taken from them where that is asked for, and the plan says so', async () => {
    const { plan, manager, percents } = await atAll();
    const strategy = widening({ name: 'new-page', restart: true });

    const planned = await plan('2', strategy);
    expect(notesOf(planned)).toEqual([
      'flag new-page is at 100% now: step 1 takes it from everybody who has it',
    ]);
    expect((await manager.deploy('api', '2', strategy)).errors).toEqual([]);
    expect(percents).toEqual([0, 10, 100]);
  });

  test('is widened from where it is, where that is less than the first stage', async () => {
    const world = await atAll();
    await world.manager.deploy('api', '1.1', { kind: 'rolling' });
    const call = { ...API, deploymentId: anId(), version: v('1.1'), fence: 99 };
    await world.memory.set(call, 'new-page', 5, never);

    const planned = await world.plan('2', widening('new-page'));
    expect(setsOf(planned)).toEqual(['new-page 10', 'new-page 100']);
    expect(notesOf(planned)).toEqual([
      'flag new-page is at 5% now and stays there until step 4: nobody loses it',
    ]);
  });

  test('stays where it is when its own version is deployed once more', async () => {
    const { plan } = await atAll();

    const planned = await plan('1', widening('new-page'));
    expect(setsOf(planned)).toEqual(['new-page 100', 'new-page 100']);
    expect(notesOf(planned)).toEqual([
      'flag new-page is at 100% now and stays there: nobody loses it',
    ]);
  });

  test('is no matter to a version whose flag has a name of its own', async () => {
    const { plan } = await atAll();

    const planned = await plan('2', widening());
    expect(setsOf(planned)).toEqual(['ff_api_2 0', 'ff_api_2 10', 'ff_api_2 100']);
    expect(planned).not.toHaveProperty('flagsAt');
  });

  test('stays where it is on the way back to a named version', async () => {
    const { manager, percents, memory } = await atAll();
    await manager.deploy('api', '2', { kind: 'rolling' });
    percents.length = 0;
    const back = await manager.rollback('api', {
      ...{ toVersion: '1', strategy: widening('new-page') },
    });

    expect(back?.errors).toEqual([]);
    expect(percents.every((percent) => percent === 100)).toBe(true);
    expect(await memory.read('new-page', never)).toMatchObject({ value: { percent: 100 } });
  });

  test('is not taken away by steps of their own either, but by a step that follows its own', async () => {
    const { plan } = await atAll();
    const steps = (restart: boolean, ...percents: readonly number[]): StrategySpec => ({
      kind: 'steps',
      steps: [
        { kind: 'deploy', targets: 'all' },
        ...percents.map((percent) => ({
          ...{ kind: 'set_flag' as const, percent },
          flag: { name: 'new-page', restart },
        })),
      ],
    });

    expect(await plan('2', steps(false, 50))).toMatchObject({ path: 'strategy.steps.1.flag' });
    expect(setsOf(await plan('2', steps(false, 100, 50)))).toEqual(['new-page 100', 'new-page 50']);
    expect(notesOf(await plan('2', steps(true, 40)))).toEqual([
      'flag new-page is at 100% now: step 2 takes it from 60% of the users',
    ]);
  });
});

describe('a flag of another service', () => {
  test('refuses the plan, and says how a renamed service goes on, also where it shows nothing', async () => {
    const { plan, memory } = await atAll();
    const other = { ...API, service: serviceName('shop') };
    const call = { ...other, deploymentId: anId(), version: v('1'), fence: 1 };
    await memory.set(call, 'theirs', 0, never);

    expect(await plan('2', widening({ name: 'theirs', restart: true }))).toEqual({
      ...{ code: 'plan/impossible', path: 'strategy.flag' },
      message:
        'the flag theirs belongs to production/shop. Name another flag. If the service was renamed, hand the flag over: `signalbox flags --hand-over theirs --to <service>`',
    });
  });
});

describe('a flag that users got after the plan was made', () => {
  test('pauses the deployment before it touches anything; whoever resumes takes it from them', async () => {
    const world = aWorld({ runtime: { flags: new MemoryFlagStore() } });
    const later = { version: '2', strategy: widening('new-page'), approve: false };
    const { id } = await world.planned(later);
    expect((await world.manager.deploy('api', '1', widening('new-page'))).errors).toEqual([]);
    world.driver.calls.length = 0;
    await world.order(id, { type: 'approve', by: 'ann' });
    await world.finish(id);

    expect((await world.load(id)).state).toMatchObject({
      status: 'paused',
      reason:
        'flag new-page is at 100% already, and users who have it would lose it; resume to set it to 0%, or abort',
    });
    expect(world.driver.calls).toEqual([]);
    await world.order(id, { type: 'resume' });
    expect((await world.finish(id)).state.status).toBe('completed');
  });
});

describe('a flag that shows nobody anything', () => {
  test('is begun from the first stage, and no note tells of it', async () => {
    const { plan, memory } = await atAll();
    memory.changeByHand('new-page', 0);
    const planned = await plan('2', widening('new-page'));

    expect(planned).not.toHaveProperty('flagsAt');
    expect(setsOf(planned)[0]).toBe('new-page 0');
  });
});

describe('a plan of which the flags can not be asked', () => {
  test('is made without what they are at', async () => {
    let away = false;
    const world = await atAll((memory) => ({
      kind: 'memory',
      read: async (flag, signal) =>
        away
          ? err({ code: 'flag/unreachable', message: 'no answer', transient: true })
          : memory.read(flag, signal),
      set: (...given) => memory.set(...given),
    }));
    away = true;

    expect(setsOf(await world.plan('2', widening('new-page')))[0]).toBe('new-page 0');
  });

  test('is made without them where this worker does not know the service', async () => {
    const flags = new MemoryFlagStore();
    const ports = { runtimeOf: () => err('unknown here') };
    const world = aWorld({ runtime: { flags }, ports });
    const request = {
      ...{ ...API, id: anId(), version: v('2'), approve: false, requestedBy: null },
      ...{ idempotencyKey: null, digest: '', metadata: {} },
    };
    const answer = await world.manager.plan(request, { strategy: widening() });

    expect(answer).toMatchObject({ ok: true });
  });
});

test('a request that comes again is the deployment it led to, also where its flag is at all users by now', async () => {
  const world = await atAll();
  const request = { ...world.asked('2'), approve: true, digest: 'same' };
  const strategy = widening('other');
  const first = await world.manager.plan(request, { strategy });
  await world.finish(request.id);
  const rest = { ...request, version: v('2') };

  expect(first).toMatchObject({ ok: true, value: { created: true } });
  expect(await world.manager.plan(rest, { strategy })).toMatchObject({
    ...{ ok: true, value: { created: false, deployment: { id: request.id } } },
  });
  const call = { ...API, deploymentId: anId(), version: v('3'), fence: 99 };
  await world.memory.set(call, 'other', 100, never);
  expect(await world.manager.plan(rest, { strategy })).toMatchObject({
    ...{ ok: true, value: { created: false, deployment: { id: request.id } } },
  });
  expect(await world.manager.plan({ ...rest, digest: 'x' }, { strategy })).toMatchObject({
    ...{ ok: false, error: { path: 'strategy.flag' } },
  });
});
