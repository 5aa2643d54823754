import { describe, expect, test } from 'vitest';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import type { EventOf } from '../../../src/domain/model/deployment/plan-event.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import { aProbe, fine, saw } from '../../support/fake-services.js';
import { API, aTarget, web } from '../../support/fixtures.js';
import { aWorld, stopWith, type World } from './world.js';

const away: RouterFailure = { code: 'router/unreachable', message: 'no answer', transient: true };
const careful = {
  targets: ['web-1', 'web-2', 'web-3'],
  strategy: { kind: 'rolling', maxUnavailable: 1 },
} as const;

/** Version 1.0.0 behind a router that can be kept from answering, and all that is asked of it from then on. */
async function routed() {
  const done: string[] = [];
  const control: { fault: RouterFault } = { fault: () => null };
  const router = new MemoryRouter({
    fault: async (asked, signal) => {
      const failure = await control.fault(asked, signal);
      const { method, target } = asked;
      done.push(
        [
          method,
          ...(target === null ? [] : [target]),
          ...(failure === null ? [] : ['failed']),
        ].join(' '),
      );
      return failure;
    },
  });
  const world = aWorld({ runtime: { router }, fixture: careful });
  world.driver.onApply = ({ target }) => {
    done.push(`apply ${target.id}`);
    return fine;
  };
  await world.live('1.0.0');
  done.length = 0;
  return { ...world, router, control, done };
}

const seenIn = async (world: World, id: DeploymentId) =>
  (await world.index.events(id))
    .map(({ event }) => event)
    .filter((event): event is EventOf<'deployment.router_seen'> => {
      return event.type === 'deployment.router_seen';
    });

describe('a router', () => {
  test('that is away holds the deployment before anything is drained, and says so until it answers', async () => {
    const world = await routed();
    world.control.fault = () => away;
    const { id } = await world.planned({ version: '2.0.0' });
    const now = world.clock.now();

    const ending = await world.orchestrator.advance('execute', id);

    expect(ending).toMatchObject({ kind: 'wait_until', until: now + 2_000 });
    expect((await world.load(id)).progress.hold).toMatchObject({
      kind: 'router',
      reason: 'the router cannot be asked: no answer',
      liftedBy: 'the router, once it answers',
    });
    expect(world.done.every((line) => line === 'look failed')).toBe(true);
    await world.clock.sleep(2_000);
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    const held = (await world.eventsOf(id)).filter((type) => type === 'deployment.held');
    expect(held).toHaveLength(1);

    world.control.fault = () => null;
    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(ended.progress.hold).toBeNull();
  });

  test('that goes away at a drain is waited for, and nothing counts as tried or touched', async () => {
    const world = await routed();
    let failures = 1;
    world.control.fault = ({ method }) => (method === 'drain' && failures-- > 0 ? away : null);
    const { id } = await world.planned({ version: '2.0.0', policy: { retries: 0 } });

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect((await world.load(id)).targets.size).toBe(0);
    expect((await world.load(id)).progress.hold?.kind).toBe('router');
    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect([...ended.targets.values()].every(({ attempts }) => attempts === 0)).toBe(true);
    expect(world.router.drained(API).size).toBe(0);
  });

  test('that is away on the way back is waited for too, until the deadline', async () => {
    const world = await routed();
    const { id } = await world.live('2.0.0', { policy: { deadline: 60_000 } });
    world.control.fault = () => away;
    await world.order(id, { type: 'rollback', reason: 'slow' });
    world.done.length = 0;

    expect((await world.finish(id)).state).toMatchObject({
      ...{ status: 'failed', reason: "slow; the rollback's deadline passed" },
    });
    expect(world.done.every((line) => line === 'look failed')).toBe(true);
    expect([...world.driver.runs.values()]).toEqual(['2.0.0', '2.0.0', '2.0.0']);
  });

  test('is looked at before each wave, and what it says that is not on record is written down', async () => {
    const world = await routed();
    world.router.forget(API);
    const routes = { ...API, targets: careful.targets.map(aTarget) };
    const shares = { 'web-1': 0.5, 'web-2': 0.5 };
    await world.router.setShares(routes, shares, new AbortController().signal);
    world.done.length = 0;
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);

    const drains = world.done.filter((line) => line.startsWith('drain'));
    for (const line of drains) expect(world.done[world.done.indexOf(line) - 1]).toBe('look');
    expect((await seenIn(world, id))[0]?.targets).toMatchObject({
      'web-1': { share: 0.5 },
      'web-3': { share: 0, inRotation: true },
    });
  });
});

describe('a worker that is stopped while it looks', () => {
  test('at the router begins nothing', async () => {
    const world = await routed();
    const stop = new AbortController();
    world.control.fault = () => {
      stop.abort();
      return null;
    };
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));

    expect(await world.statusOf(id)).toBe('approved');
  });

  test('at the checks begins nothing', async () => {
    const stop = new AbortController();
    let stopping = false;
    const probe = aProbe(async () => {
      if (stopping) stop.abort();
      return saw('healthy');
    });
    const world = aWorld({ probes: [probe], fixture: careful });
    await world.live('1.0.0');
    stopping = true;
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id, stopWith({ abort: stop.signal }));

    expect(await world.statusOf(id)).toBe('approved');
  });
});

describe('a target that a person holds out', () => {
  test('is brought to the version, and never admitted by us; that it is held out is written down', async () => {
    const world = await routed();
    world.router.maintain(API, web(2));
    const { id } = await world.planned({ version: '2.0.0', strategy: { kind: 'rolling' } });

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(world.driver.runs.get('web-2')).toBe('2.0.0');
    expect(world.done).not.toContain('ready web-2');
    expect(world.done).not.toContain('drain web-2');
    expect((await seenIn(world, id)).some(({ targets }) => targets['web-2']?.heldOut)).toBe(true);
    expect((await world.index.targetStatuses(API)).get(web(2))?.heldOut).toBe('maintenance');
    const started = (await world.index.events(id)).map(({ event }) => event);
    expect(started).toContainEqual(
      expect.objectContaining({ type: 'deployment.started', heldOut: ['web-2'] }),
    );
    // Still held out for whoever comes next, and not for us to end.
    world.router.unmaintain(API, web(2));
    const next = await world.live('3.0.0');
    expect(next.state.status).toBe('completed');
    expect((await world.index.targetStatuses(API)).get(web(2))?.heldOut).toBeNull();
  });

  test('by a drain of their own is left alone in the same way', async () => {
    const world = await routed();
    const routes = { ...API, targets: careful.targets.map(aTarget) };
    await world.router.drain(routes, web(2), new AbortController().signal);
    world.done.length = 0;

    expect((await world.live('2.0.0', { strategy: { kind: 'rolling' } })).state.status).toBe(
      'completed',
    );
    expect(world.done).not.toContain('ready web-2');
    expect((await world.index.targetStatuses(API)).get(web(2))?.heldOut).toBe('drained');
  });

  test('comes first, and where the others must all go on serving the deployment waits until it is back', async () => {
    const world = await routed();
    world.router.maintain(API, web(3));
    const { id } = await world.planned({ version: '2.0.0' });

    const ending = await world.orchestrator.advance('execute', id);

    expect(ending.kind).toBe('wait_until');
    expect([...world.driver.runs.entries()].filter(([, runs]) => runs === '2.0.0')).toEqual([
      ['web-3', '2.0.0'],
    ]);
    expect((await world.load(id)).progress.hold).toMatchObject({
      kind: 'capacity',
      reason: expect.stringContaining('at least 2 must go on serving'),
      liftedBy: 'targets that serve again',
    });
    world.router.unmaintain(API, web(3));
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('while the floor is broken by a dead process holds it in the same way, until that lives again', async () => {
    const world = await routed();
    world.router.die(API, web(1));
    world.router.die(API, web(2));
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect(world.driver.runs.get('web-3')).toBe('1.0.0');
    world.router.revive(API, web(1));
    world.router.revive(API, web(2));
    expect((await world.finish(id)).state.status).toBe('completed');
  });
});
