import { describe, expect, test } from 'vitest';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { quiet } from '../../support/virtual-clock.js';
import { aWorld, stopWith } from './world.js';

const slow: RouterFailure = { code: 'router/timeout', message: 'no answer', transient: true };
const canary = { kind: 'canary', traffic: true, stages: [50, 100] } as const;
const targets = ['web-1', 'web-2'] as const;

/** A world with a router, and what was done to router and driver, in order. */
function routed(
  fault?: RouterFault,
  fixture: object = {},
  probes: Parameters<typeof aWorld>[0] = {},
) {
  const done: string[] = [];
  const router = new MemoryRouter({
    fault: async (request, signal) => {
      const { method, target, shares } = request;
      const failure = (await fault?.(request, signal)) ?? null;
      const what = target ?? (shares === null ? '' : JSON.stringify(shares));
      if (method === 'look') return failure;
      done.push(`${method} ${what}${failure === null ? '' : ' failed'}`.replace('  ', ' ').trim());
      return failure;
    },
  });
  const world = aWorld({ runtime: { router }, fixture: { targets, ...fixture }, ...probes });
  world.driver.onApply = ({ target, version }) => {
    done.push(`apply ${target.id} ${version}`);
    return fine;
  };
  return { ...world, router, done };
}

describe('a target behind a router', () => {
  test('is drained before it is touched, and serves again before the next one is', async () => {
    const { planned, finish, done } = routed();
    const { id } = await planned();

    expect((await finish(id)).state.status).toBe('completed');
    expect(done).toEqual([
      ...['drain web-1', 'apply web-1 1.0.0', 'ready web-1'],
      ...['drain web-2', 'apply web-2 1.0.0', 'ready web-2'],
    ]);
  });

  test('serves again only after its check', async () => {
    const done: string[] = [];
    const probe = aProbe(async ({ target }) => {
      done.push(`check ${target?.id}`);
      return saw('healthy');
    });
    const router = new MemoryRouter({
      fault: ({ method, target }) => {
        if (method !== 'look') done.push(`${method} ${target}`);
        return null;
      },
    });
    const world = aWorld({ runtime: { router }, probes: [probe], fixture: { targets: ['web-1'] } });
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);

    expect(done).toEqual(['drain web-1', 'check web-1', 'ready web-1']);
  });

  test('that failed its check does not serve again before it is restored', async () => {
    const probe = aProbe(async ({ version }) => saw(version === '2.0.0' ? 'unhealthy' : 'healthy'));
    const world = routed(undefined, {}, { probes: [probe] });
    await world.live('1.0.0');
    world.done.length = 0;
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.done).toEqual([
      ...['drain web-1', 'apply web-1 2.0.0', 'apply web-1 1.0.0', 'ready web-1'],
    ]);
  });

  test('is not touched where it can not be drained', async () => {
    let failures = 2;
    const { planned, finish, done } = routed(({ method }) =>
      method === 'drain' && failures-- > 0 ? slow : null,
    );
    const { id } = await planned({ targets: ['web-1'] });

    expect((await finish(id)).state.status).toBe('completed');
    expect(done).toEqual([
      ...['drain web-1 failed', 'drain web-1 failed', 'drain web-1'],
      ...['apply web-1 1.0.0', 'ready web-1'],
    ]);
  });

  test('whose draining is stopped is left to the next run', async () => {
    const stop = new AbortController();
    const world = routed(async ({ method }) => {
      await quiet();
      if (method === 'drain') stop.abort();
      return null;
    });
    const { id } = await world.planned();

    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));

    expect((await world.load(id)).targets.size).toBe(0);
    const known = await world.index.targetStatuses(API);
    expect(known.get(web(1))).toMatchObject({ inRotation: [true, false], version: ['?'] });
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('that the router does not see up again keeps the next one where it is', async () => {
    let failures = 1;
    const { planned, finish, done } = routed(({ method }) =>
      method === 'ready' && failures-- > 0 ? slow : null,
    );
    const { id } = await planned();

    expect((await finish(id)).state.status).toBe('completed');
    expect(done.slice(0, 5)).toEqual([
      ...['drain web-1', 'apply web-1 1.0.0', 'ready web-1 failed', 'ready web-1', 'drain web-2'],
    ]);
  });
});

describe('a shift', () => {
  test('moves the traffic stage by stage, and what it was is kept', async () => {
    const { planned, finish, done, live } = routed(undefined, { strategy: canary });
    await live('1.0.0', { strategy: { kind: 'rolling' } });
    done.length = 0;
    const { id } = await planned({ version: '2.0.0' });
    const ended = await finish(id);

    expect(ended.state.status).toBe('completed');
    expect(done.filter((line) => line.startsWith('s'))).toEqual([
      'setShares {"web-2":1}',
      'setShares {"web-1":0.5,"web-2":0.5}',
      'setShares {"web-1":1}',
      'setShares {"web-1":0.5,"web-2":0.5}',
    ]);
    expect(ended.progress.traffic?.before).toEqual({ 'web-1': 0.5, 'web-2': 0.5 });
  });

  test('is tried again where the router fails in passing, and given up where it does not', async () => {
    let failures = 2;
    const strategy = { strategy: canary };
    const passing = routed(
      ({ method }) => (method === 'setShares' && failures-- > 0 ? slow : null),
      strategy,
    );
    const { id } = await passing.planned();
    expect((await passing.finish(id)).state.status).toBe('completed');
    expect(
      (await passing.eventsOf(id)).filter((type) => type === 'deployment.step_retried'),
    ).toHaveLength(2);

    const refusing = routed(
      ({ method }) => (method === 'setShares' ? { ...slow, transient: false } : null),
      strategy,
    );
    const { id: other } = await refusing.planned();
    expect((await refusing.finish(other)).state).toMatchObject({
      reason: 'shift failed: no answer',
    });
  });

  test('is not made before it is known what to go back to', async () => {
    let failures = 2;
    const looked: boolean[] = [];
    const { planned, finish, done } = routed(
      ({ method }) => {
        if (method !== 'look') return null;
        looked.push(failures > 0);
        return failures-- > 0 ? slow : null;
      },
      { strategy: canary },
    );
    const { id } = await planned();

    const ended = await finish(id);
    expect(ended.state.status).toBe('completed');
    expect(looked.slice(0, 3)).toEqual([true, true, false]);
    expect(done[0]).toBe('setShares {"web-2":1}');
    expect(ended.progress.traffic?.before).toEqual({ 'web-1': 0.5, 'web-2': 0.5 });
  });

  test('is taken up again by whoever comes after a worker that was stopped in it', async () => {
    const stop = new AbortController();
    const { planned, finish, orchestrator, load, done } = routed(
      async ({ method }) => {
        await quiet();
        if (method === 'setShares') stop.abort();
        return null;
      },
      { strategy: canary },
    );
    const { id } = await planned();
    await orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));

    expect((await load(id)).progress.traffic).toMatchObject({ settled: false });
    done.length = 0;
    expect((await finish(id)).state.status).toBe('completed');
    expect(done[0]).toBe('setShares {"web-2":1}');
  });

  test('that is refused meanwhile is not made', async () => {
    const world = routed(
      async ({ method }) => {
        if (method === 'ready') await world.order(id, { type: 'pause', reason: 'wait' });
        return null;
      },
      { strategy: canary },
    );
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);

    expect(world.done.at(-1)).toBe('ready web-1');
    expect(await world.statusOf(id)).toBe('paused');
  });

  test('without a router here fails the deployment with that sentence', async () => {
    const world = aWorld({ fixture: { targets, strategy: canary, router: true } });
    const { id } = await world.planned();

    expect((await world.finish(id)).state).toMatchObject({
      reason: 'shift failed: no router is configured for this service here',
    });
  });

  test('that would leave too few to serve, because others failed, is not made', async () => {
    const strategy = { ...canary, successThreshold: 0.5, maxUnavailable: 2 };
    const world = routed(undefined, { targets: ['web-1', 'web-2', 'web-3', 'web-4'], strategy });
    await world.live('1.0.0', { strategy: { kind: 'rolling' } });
    world.driver.onApply = ({ target, version, action }) =>
      target.id === 'web-2' && version === '2.0.0' && action === 'deploy'
        ? broken('no disk')
        : fine;
    const { id } = await world.planned({ version: '2.0.0' });

    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      status: 'rolled_back',
      reason: 'targets failed, and this shift would leave fewer than the 2 that must go on serving',
    });
    expect(world.router.drained(API).size).toBe(0);
  });
});
