import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { RouterFailure, TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import { drain } from '../../../src/domain/orchestrator/pass/call-router.js';
import { reconcile } from '../../../src/domain/orchestrator/pass/reconcile.js';
import { desiredAt } from '../../../src/domain/reconcile/desired.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { ok } from '../../../src/domain/model/result.js';
import { inStatus } from '../plan/states.js';
import { legOf } from './a-pass.js';
import { leftBy } from './journals.js';
import { served } from './served.js';
import { aWorld, stopWith } from './world.js';
import * as give from '../plan/commands.js';

const away: RouterFailure = { code: 'router/unreachable', message: 'no answer', transient: true };

describe('a retry that stands at a gate', () => {
  test('waits for the router where the traffic has to be put right first', async () => {
    const world = await served({
      strategy: {
        ...{ kind: 'steps', partial: true },
        steps: [
          { kind: 'deploy', targets: '50%' },
          { kind: 'shift', percent: 30 },
          { kind: 'gate', name: 'look', timeout: 10_000 },
        ],
      },
      policy: { onFailure: 'hold' },
    });
    const { id } = await world.planned({ version: '2.0.0' });
    expect((await world.finish(id)).state.status).toBe('failed');
    world.router.forget(API);
    await world.order(id, { type: 'retry', by: 'ann' });
    world.control.fault = ({ method }) => (method === 'setShares' ? away : null);

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect((await world.load(id)).progress.hold).toMatchObject({ kind: 'router' });
    expect(await world.eventsOf(id)).not.toContain('deployment.completed');
  });
});

describe('a router', () => {
  test('that says nothing of a target leaves what is known of it as it was', async () => {
    const router = new MemoryRouter();
    const silent: TrafficRouter = {
      ...{ kind: 'memory', timeoutMs: 1_000 },
      look: async (call, signal) => {
        const answer = await router.look(call, signal);
        if (!answer.ok) return answer;
        return ok(
          Object.fromEntries(Object.entries(answer.value).filter(([id]) => id !== 'web-2')),
        );
      },
      shares: (...given) => router.shares(...given),
      setShares: (...given) => router.setShares(...given),
      drain: (...given) => router.drain(...given),
      ready: (...given) => router.ready(...given),
    };
    const world = aWorld({ runtime: { router: silent } });
    await world.live('1.0.0');

    expect((await world.live('2.0.0')).state.status).toBe('completed');
    expect((await world.index.targetStatuses(API)).get(web(2))).toMatchObject({
      ...{ inRotation: [true], version: ['2.0.0'] },
    });
  });
});

test('a way back waits for a call that another deployment left, before anything is undone', async () => {
  const world = await served({});
  const { id } = await world.live('2.0.0');
  const other = await world.planned({ version: '3.0.0' });
  const stop = new AbortController();
  world.driver.onApply = () => {
    stop.abort();
    return broken('stopped', true);
  };
  await world.orchestrator.advance('execute', other.id, stopWith({ abort: stop.signal }));
  await world.order(other.id, give.forceEnd);
  await world.order(id, { type: 'rollback', reason: 'slow' });
  world.driver.onApply = () => fine;
  world.driver.onSettle = () => 7_000;
  world.done.length = 0;
  const until = world.clock.now() + 7_000;

  expect(await world.orchestrator.advance('rollback', id)).toMatchObject({
    ...{ kind: 'wait_until', until },
  });
  expect(world.done).toEqual([]);
  world.driver.onSettle = () => 0;
  expect((await world.finish(id)).state.status).toBe('rolled_back');
});

test('a call that still goes on is waited for, where too many others have failed already', async () => {
  const world = aWorld({ fixture: { strategy: { kind: 'rolling', batchSize: 2 } } });
  const { id } = await world.planned({ policy: { retries: 0 } });
  await leftBy(
    world,
    id,
    'execute',
    () => give.beginFirst,
    (fence) => give.startTarget(web(1), fence),
    (fence) => give.startTarget(web(2), fence),
    () => give.failTarget(web(2), 'no disk'),
  );
  world.driver.onSettle = () => 7_000;
  const now = world.clock.now();

  expect(await world.orchestrator.advance('execute', id)).toMatchObject({
    ...{ kind: 'wait_until', until: now + 7_000 },
  });
  world.driver.onSettle = () => 0;
  world.driver.onApply = () => fine;
  expect((await world.finish(id)).state.status).not.toBe('completed');
});

describe('what can never be is an error, and no endless round', () => {
  const executing = inStatus('executing');

  test('a drain without a router', async () => {
    await expect(
      drain(legOf(executing), { kind: 'drain', target: web(1) }, 'deploy'),
    ).rejects.toThrow('only what is routed');
  });

  test('work of which nothing comes', async () => {
    const pass = legOf(inStatus('completed'));
    const step = {
      kind: 'deploy',
      targets: [web(1)],
      tolerance: { failures: 0, of: 'step' },
    } as const;
    const goal = { way: 'deploy', width: 1, isOver: () => false, atFloor: () => false } as const;
    const work = reconcile(pass, { ...goal, desired: desiredAt(executing, step, 0) });

    await expect(work).rejects.toThrow('nothing came of apply');
  });
});
