import { describe, expect, test } from 'vitest';
import { deploymentId } from '../../../src/domain/model/ids.js';
import type { DeploymentStore } from '../../../src/domain/ports/deployment-store.js';
import type { Log } from '../../../src/domain/ports/log.js';
import type { TargetObservation } from '../../../src/domain/ports/target-driver.js';
import { broken, fine } from '../../support/fake-services.js';
import { v, web } from '../../support/fixtures.js';
import { MarkingDriver } from '../../support/marking-driver.js';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { Death, type Fate, mortalStore } from '../../support/mortal.js';
import { aWorld, LEASE, stopWith, type World, type WorldOptions } from './world.js';

/** A world whose targets keep marks, and whose worker can be made to die right behind an effect. */
function aMarkedWorld(options: WorldOptions = {}) {
  const driver = new MarkingDriver();
  let deathBehind: string | null = null;
  let dead = false;
  driver.onApply = ({ action, target }) => {
    dead ||= deathBehind === `${action} ${target.id}`;
    return fine;
  };
  const fate: Fate = {
    ...{ moment: 'before', calls: 0 },
    get at() {
      return dead ? 0 : Number.POSITIVE_INFINITY;
    },
  };
  const wrap = (store: DeploymentStore): DeploymentStore => mortalStore(store, fate);
  const fixture = { targets: ['web-1', 'web-2'] };
  const world = aWorld({ driver, wrap, fixture, ...options });
  /** Runs one kind of work until its worker dies; the lease of the dead has run out then. */
  const dieBehind = async (
    effect: string,
    ...work: Parameters<World['orchestrator']['advance']>
  ) => {
    deathBehind = effect;
    await expect(world.orchestrator.advance(...work)).rejects.toThrow(Death);
    deathBehind = null;
    dead = false;
    world.clock.advance(LEASE);
  };
  return { ...world, driver, dieBehind };
}

describe('a crash after the effect and before the checkpoint', () => {
  test("is recognised: the target's ledger has the call once, and the event says that it was seen", async () => {
    const { driver, dieBehind, ...world } = aMarkedWorld();
    const { id } = await world.planned();
    await dieBehind('deploy web-1', 'execute', id);
    expect((await world.load(id)).targets.get(web(1))).toMatchObject({
      state: 'started',
      fence: 1,
    });

    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(driver.effects).toEqual([`deploy web-1 by ${id}`, `deploy web-2 by ${id}`]);
    expect(driver.settled).toHaveLength(1);
    expect(ended.targets.get(web(1))).toMatchObject({
      ...{ state: 'updated', version: v('1.0.0'), fence: 1 },
      evidence: { observed: true, fence: 1 },
    });
    expect(ended.targets.get(web(2))?.evidence).toEqual({});
  });

  test('is recognised on the way back, too', async () => {
    const { driver, dieBehind, ...world } = aMarkedWorld();
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    await world.order(id, { type: 'rollback', reason: 'no' });
    const before = driver.effects.length;
    await dieBehind('rollback web-2', 'rollback', id);

    const ended = await world.finish(id);
    expect(ended.state.status).toBe('rolled_back');
    expect(driver.effects.slice(before)).toEqual([
      `rollback web-2 by ${id}`,
      `rollback web-1 by ${id}`,
    ]);
    expect(ended.targets.get(web(2))).toMatchObject({
      ...{ state: 'restored', version: v('1.0.0') },
      evidence: { observed: true },
    });
  });

  test('is recognised where the old version was taken away', async () => {
    const { driver, dieBehind, ...world } = aMarkedWorld({
      fixture: {
        ...{ targets: ['web-1', 'web-2'], coloured: true, removes: true },
        strategy: { kind: 'blue_green', retire: 'remove', retireDelay: 0 },
      },
      runtime: { router: new MemoryRouter() },
    });
    driver.removes = true;
    await world.live('1.0.0', { strategy: { kind: 'blue_green' } });
    const { id } = await world.planned({ version: '2.0.0' });
    await dieBehind('rollback web-1', 'execute', id);

    const ended = await world.finish(id);
    expect(ended.targets.get(web(1))).toMatchObject({
      ...{ state: 'retired', evidence: { observed: true } },
    });
    expect(driver.effects.filter((effect) => effect === `rollback web-1 by ${id}`)).toHaveLength(1);
  });
});

test('a call that was carried out counts as that, also where nothing more is called', async () => {
  const { driver, dieBehind, ...world } = aMarkedWorld({
    fixture: { targets: ['web-1', 'web-2'], strategy: { kind: 'rolling', batchSize: 2 } },
  });
  const { id } = await world.planned();
  const { onApply } = driver;
  driver.onApply = async (call, signal) => {
    if (call.target.id === 'web-1') return broken('no disk');
    await world.clock.sleep(20);
    return onApply(call, signal);
  };
  await dieBehind('deploy web-2', 'execute', id);
  expect((await world.load(id)).targets.get(web(1))?.state).toBe('failed');

  await world.orchestrator.advance('execute', id);

  const { state, targets } = await world.load(id);
  expect(state.status).toBe('rolling_back');
  expect(targets.get(web(2))).toMatchObject({ state: 'updated', evidence: { observed: true } });
  expect(driver.effects.filter((effect) => effect.includes('web-2'))).toHaveLength(1);
});

type Look = (mark: TargetObservation, signal: AbortSignal) => Promise<TargetObservation | null>;

describe('what is no proof', () => {
  const looks: Readonly<Record<string, Look>> = {
    'an older fence': async (mark) => ({ ...mark, fence: mark.fence - 1 }),
    'a newer fence': async (mark) => ({ ...mark, fence: mark.fence + 1 }),
    'another version': async (mark) => ({ ...mark, version: v('0.9.0') }),
    'that nothing runs': async (mark) => ({ ...mark, version: null }),
    'the mark of another deployment': async (mark) => ({
      ...{ ...mark, deploymentId: deploymentId('dep_another0000') },
    }),
    'that nothing is known': async () => null,
    'a target that can not be looked at': async () => {
      throw new Error('no route to it');
    },
    'a look that throws what is no error': async () => {
      // oxlint-disable-next-line typescript/only-throw-error -- a driver of somebody else's may
      throw 'gone';
    },
    'a look that never ends': (_, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
  };

  test.each(Object.entries(looks))('%s: the call is made again', async (_, look) => {
    const warned: object[] = [];
    const log: Log = {
      info: () => {},
      error: () => {},
      warn: (fields) => void warned.push(fields),
    };
    const { driver, dieBehind, ...world } = aMarkedWorld({ ports: { log } });
    const { id } = await world.planned();
    await dieBehind('deploy web-1', 'execute', id);
    driver.onObserve = ({ target }, signal) => {
      const mark = driver.marks.get(target.id);
      return mark === undefined ? null : look(mark, signal);
    };

    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(driver.effects.filter((effect) => effect.includes('web-1'))).toHaveLength(2);
    expect(ended.targets.get(web(1))).toMatchObject({ fence: 2, evidence: {} });
    const reasons = look === looks['a target that can not be looked at'] ? ['no route to it'] : [];
    if (look === looks['a look that throws what is no error']) reasons.push('gone');
    expect(warned).toMatchObject(reasons.map((reason) => ({ reason, target: web(1) })));
  });

  test('a call that may still be going on is not even looked at', async () => {
    const { driver, dieBehind, ...world } = aMarkedWorld();
    const { id } = await world.planned();
    await dieBehind('deploy web-1', 'execute', id);
    driver.onSettle = () => 4_000;
    expect(await world.orchestrator.advance('execute', id)).toMatchObject({ kind: 'wait_until' });
    expect(driver.observed).toEqual([]);
  });

  test('a call that failed in passing before has one fence for all its attempts', async () => {
    const { driver, dieBehind, ...world } = aMarkedWorld({
      fixture: { targets: ['web-1'], policy: { retries: 2, retryDelay: 500 } },
    });
    const { id } = await world.planned();
    const { onApply } = driver;
    let attempt = 0;
    driver.onApply = (call, signal) => {
      attempt += 1;
      if (attempt > 1) return onApply(call, signal);
      // It took effect, and its answer was lost.
      driver.leaveMark(call);
      return broken('the line went dead', true);
    };
    await world.orchestrator.advance('execute', id);
    await world.clock.sleep(1_000);
    await dieBehind('deploy web-1', 'execute', id);

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(driver.observed).toEqual([]);
    expect(attempt).toBe(3);
  });

  test('that a target took the new version is none that it is back on the old one', async () => {
    const { driver, dieBehind, ...world } = aMarkedWorld();
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    await dieBehind('deploy web-1', 'execute', id);
    await world.order(id, { type: 'rollback', reason: 'no' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(driver.observed).toEqual([]);
    expect(driver.runs.get('web-1')).toBe('1.0.0');
  });
});

test('a run that is stopped while it looks leaves the call to be seen by the next one', async () => {
  const { driver, dieBehind, ...world } = aMarkedWorld();
  const { id } = await world.planned();
  await dieBehind('deploy web-1', 'execute', id);
  const { onObserve } = driver;
  const abort = new AbortController();
  driver.onObserve = () => {
    abort.abort();
    return null;
  };
  await world.orchestrator.advance('execute', id, stopWith({ abort: abort.signal }));
  expect((await world.load(id)).targets.get(web(1))).toMatchObject({ state: 'started', fence: 1 });

  driver.onObserve = onObserve;
  expect((await world.finish(id)).targets.get(web(1))?.evidence).toMatchObject({ observed: true });
  expect(driver.effects.filter((effect) => effect.includes('web-1'))).toHaveLength(1);
});
