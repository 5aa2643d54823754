import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld, stopWith } from './world.js';

const three = ['web-1', 'web-2', 'web-3'] as const;
const request = { type: 'rollback', reason: 'slow' } as const;
const down: RouterFailure = { code: 'router/unreachable', message: 'no answer', transient: true };
const careful = { kind: 'rolling', maxUnavailable: 1, failureTolerance: 1 } as const;

describe('the floor', () => {
  test('is kept by a deployment whose targets failed within its tolerance: it takes no more and goes back', async () => {
    const world = aWorld({ fixture: { targets: three, strategy: careful } });
    await world.live('1.0.0');
    world.driver.onApply = ({ target, version }) =>
      target.id === 'web-1' && version === '2.0.0' ? broken('no disk') : fine;
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state).toMatchObject({
      status: 'rolled_back',
      reason:
        'targets failed, and one more taken out would leave fewer than the 2 that must go on serving',
    });
    expect(world.driver.runs.get('web-2')).toBe('1.0.0');
  });

  test('is kept on the way back: what others can not do without is left as it is, and said to be', async () => {
    const world = aWorld({
      fixture: { targets: three, strategy: { kind: 'rolling', maxUnavailable: 1 } },
    });
    await world.live('1.0.0');
    let sick = true;
    world.driver.onApply = ({ target, version, action }) =>
      sick && target.id === 'web-3' && (version === '2.0.0' || action === 'rollback')
        ? broken('no disk')
        : fine;
    const { id } = await world.planned({ version: '2.0.0' });

    const failed = await world.finish(id);

    const left = 'left as it is: fewer than 2 targets would go on serving';
    expect(failed.state.status).toBe('failed');
    expect(failed.targets.get(web(1))).toMatchObject({
      state: 'restore_failed',
      version: '2.0.0',
      error: left,
    });
    expect(world.driver.runs.get('web-1')).toBe('2.0.0');

    sick = false;
    await world.order(id, request);
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect([...world.driver.runs.values()]).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  test('lets the others go back one after another, where it does not let them go at once', async () => {
    const strategy = { kind: 'rolling', batchSize: 2, maxUnavailable: 2 } as const;
    const world = aWorld({ fixture: { targets: [...three, 'web-4'], strategy } });
    await world.live('1.0.0');
    let going = 0;
    let most = 0;
    world.driver.onApply = async ({ target, version, action }) => {
      if (target.id === 'web-4' && (version === '2.0.0' || action === 'rollback'))
        return broken('x');
      going += action === 'rollback' ? 1 : 0;
      most = Math.max(most, going);
      await world.clock.sleep(1_000);
      going -= action === 'rollback' ? 1 : 0;
      return fine;
    };
    const { id } = await world.planned({ version: '2.0.0' });

    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      reason: expect.stringMatching(/could not restore web-4 \(x\)$/),
    });
    expect(three.map((target) => world.driver.runs.get(target))).toEqual([
      '1.0.0',
      '1.0.0',
      '1.0.0',
    ]);
    expect(most).toBe(1);
  });

  test('counts what was left as it is as serving, the next time too', async () => {
    const world = aWorld({
      fixture: { targets: three, strategy: { kind: 'rolling', maxUnavailable: 1 } },
    });
    await world.live('1.0.0');
    world.driver.onApply = ({ target, version, action }) =>
      target.id === 'web-3' && (version === '2.0.0' || action === 'rollback')
        ? broken('no disk')
        : fine;
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    await world.order(id, request);

    expect((await world.finish(id)).state.status).toBe('failed');
    expect(world.driver.runs.get('web-1')).toBe('2.0.0');
    expect(world.driver.runs.get('web-2')).toBe('2.0.0');
  });
});

describe('a target that is back', () => {
  test('and of which the router was not told is made to serve by the next run', async () => {
    const control = { failing: false };
    const router = new MemoryRouter({
      fault: ({ method }) => (control.failing && method === 'ready' ? down : null),
    });
    const world = aWorld({ runtime: { router }, fixture: { targets: ['web-1'] } });
    await world.live('1.0.0');
    const { id } = await world.live('2.0.0');
    await world.order(id, request);
    control.failing = true;
    expect((await world.orchestrator.advance('rollback', id)).kind).toBe('wait_until');
    expect((await world.load(id)).targets.get(web(1))?.state).toBe('restored');
    expect(router.drained(API).has(web(1))).toBe(true);

    control.failing = false;
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(router.drained(API).size).toBe(0);
    expect(world.driver.calls.filter(({ action }) => action === 'rollback')).toHaveLength(1);
  });

  test('to nothing at all is not told to the router', async () => {
    const router = new MemoryRouter();
    const world = aWorld({ runtime: { router }, fixture: { targets: ['web-1'], removes: true } });
    world.driver.removes = true;
    const { id } = await world.live('1.0.0');
    await world.order(id, request);

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(router.requests.filter(({ method }) => method === 'ready')).toHaveLength(1);
  });
});

describe('a retirement', () => {
  const strategy = { kind: 'blue_green', retire: 'remove', retireDelay: 1 } as const;

  test('that is told to stop begins nothing more, and goes on in the next run', async () => {
    const drain = new AbortController();
    const world = aWorld({
      runtime: { router: new MemoryRouter() },
      fixture: {
        targets: [...three, 'web-4', 'web-5', 'web-6'],
        coloured: true,
        removes: true,
        strategy: { ...strategy, batchSize: 1 },
      },
    });
    world.driver.removes = true;
    await world.live('1.0.0', { strategy: { kind: 'blue_green' } });
    const { id } = await world.planned({ version: '2.0.0' });
    let removed = 0;
    world.driver.onApply = ({ version }) => {
      if (version === null && (removed += 1) === 1) drain.abort();
      return fine;
    };
    await world.orchestrator.advance('execute', id);
    world.clock.advance(1);

    await world.orchestrator.advance('execute', id, stopWith({ draining: drain.signal }));
    expect(removed).toBe(1);

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(removed).toBe(3);
  });
});

describe('a deadline', () => {
  test('that passes while a step is tried again ends the deployment', async () => {
    const router = new MemoryRouter({
      fault: ({ method }) => (method === 'setShares' ? down : null),
    });
    const world = aWorld({
      runtime: { router },
      fixture: {
        targets: three,
        strategy: { kind: 'canary', traffic: true, stages: [50, 100] },
        policy: { retries: 20, retryDelay: 1_000, deadline: 10_000 },
      },
    });
    const { id } = await world.planned();

    expect((await world.finish(id)).state).toMatchObject({
      reason: expect.stringContaining('deadline passed'),
    });
  });

  test('for progress is not put off by a step that is tried again and again', async () => {
    const router = new MemoryRouter({
      fault: ({ method }) => (method === 'setShares' ? down : null),
    });
    const world = aWorld({
      runtime: { router },
      fixture: {
        targets: three,
        strategy: { kind: 'canary', traffic: true, stages: [50, 100] },
        policy: { retries: 20, retryDelay: 1_000, progressDeadline: 10_000 },
      },
    });
    const { id } = await world.planned();

    expect((await world.finish(id)).state).toMatchObject({
      reason: expect.stringContaining('progress deadline passed'),
    });
  });
});

describe('two looks at once', () => {
  test('at a step that rests until it is tried again rest as long', async () => {
    const router = new MemoryRouter({
      fault: ({ method }) => (method === 'setShares' ? down : null),
    });
    const strategy = { kind: 'canary', traffic: true, stages: [50, 100] } as const;
    const world = aWorld({ runtime: { router }, fixture: { targets: three, strategy } });
    const { id } = await world.planned();
    const first = await world.orchestrator.advance('execute', id);
    const second = await world.orchestrator.advance('execute', id);

    expect(first.kind).toBe('wait_until');
    expect(second).toMatchObject({ until: first.kind === 'wait_until' ? first.until : 0 });
  });
});
