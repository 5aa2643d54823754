import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { StepSpec } from '../../../src/domain/model/plan/step-spec.js';
import { aWorld, type World } from './world.js';

const gated = (gate: object = {}, ...behind: readonly StepSpec[]) =>
  ({
    kind: 'steps',
    steps: [
      { kind: 'deploy', targets: 1 },
      { kind: 'gate', name: 'go', ...gate },
      { kind: 'deploy', targets: 'rest' },
      ...behind,
    ],
  }) as const;
const promote = (all = false) => ({ type: 'promote', by: 'ann', all }) as const;

async function atGate(world: World, gate: object = {}, ...behind: readonly StepSpec[]) {
  const { id } = await world.planned({ strategy: gated(gate, ...behind) });
  const ending = await world.orchestrator.advance('execute', id);
  return { id, ending };
}
const go = (world: World, id: DeploymentId) => world.orchestrator.advance('execute', id);

describe('a gate', () => {
  test('holds no worker, and lets nothing behind it begin', async () => {
    const world = aWorld();
    const { id, ending } = await atGate(world);

    expect(ending.kind).toBe('wait_until');
    expect((await world.truth.claim(id, { kind: 'execute', worker: 'x', leaseMs: 1 })).kind).toBe(
      'claimed',
    );
    expect(world.driver.calls).toHaveLength(1);
    expect((await world.index.slot(await world.load(id))).holder).toBe(id);
  });

  test('without a timeout is looked at again all the same, once a day', async () => {
    const world = aWorld();
    const { ending } = await atGate(world);

    expect(ending).toMatchObject({ until: world.clock.now() + 86_400_000 });
  });

  test('is passed by a promotion, which publishes the work anew', async () => {
    const world = aWorld();
    const { id } = await atGate(world);
    const { run } = await world.load(id);

    expect(await world.order(id, promote())).toBeNull();

    expect(world.published.at(-1)).toEqual({ kind: 'execute', deploymentId: id, run: run + 1 });
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await world.eventsOf(id)).toContain('deployment.promoted');
  });

  test.each([
    ['promote', 'completed'],
    ['abort', 'rolled_back'],
  ] as const)('that nobody promotes in time does what it says: %s', async (onTimeout, status) => {
    const world = aWorld();
    await world.live('0.9.0');
    const { id } = await world.planned({ strategy: gated({ timeout: 60_000, onTimeout }) });

    const ended = await world.finish(id);

    expect(ended.state.status).toBe(status);
    expect((ended.endedAt ?? 0) - (ended.startedAt ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  test('runs out no sooner for having been paused', async () => {
    const world = aWorld();
    const { id, ending } = await atGate(world, { timeout: 60_000, onTimeout: 'promote' });
    const until = ending.kind === 'wait_until' ? ending.until : 0;

    await world.order(id, { type: 'pause', reason: 'lunch' });
    world.clock.advance(600_000);
    expect((await go(world, id)).kind).toBe('settled');
    expect(await world.statusOf(id)).toBe('paused');
    await world.order(id, { type: 'resume' });

    expect(await go(world, id)).toMatchObject({ kind: 'wait_until', until: until + 600_000 });
  });

  test('leaves no deadline running', async () => {
    const world = aWorld({ fixture: { policy: { deadline: 60_000, progressDeadline: 10_000 } } });
    const { id } = await atGate(world);

    world.clock.advance(10_000_000);
    expect((await go(world, id)).kind).toBe('wait_until');
    await world.order(id, promote());

    expect((await world.finish(id)).state.status).toBe('completed');
  });
});

describe('whoever promotes', () => {
  test('cuts a wait short', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: 3_600_000 } } });
    const { id } = await world.planned();
    const begun = world.clock.now();
    expect((await go(world, id)).kind).toBe('wait_until');

    await world.order(id, promote());

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.clock.now() - begun).toBeLessThan(3_600_000);
  });

  test('to the end passes every gate and wait that comes', async () => {
    const world = aWorld();
    const { id } = await atGate(
      world,
      {},
      { kind: 'wait', for: 3_600_000 },
      { kind: 'gate', name: 'on' },
    );
    const begun = world.clock.now();

    await world.order(id, promote(true));

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.clock.now()).toBe(begun);
    expect(await world.eventsOf(id)).not.toContain('deployment.waiting');
  });

  test('of a step that is being done is told so', async () => {
    const world = aWorld();
    const { id } = await world.planned();

    expect(await world.order(id, promote())).toMatch(/^cannot promote: dep_\w+ is approved$/);
  });
});

describe('a pause', () => {
  test('lets a call end that is going on, and begins no other until it is resumed', async () => {
    const world = aWorld({ fixture: { targets: ['web-1', 'web-2'] } });
    let paused = false;
    world.driver.onApply = async () => {
      if (!paused) {
        paused = true;
        await world.order(id, { type: 'pause', reason: 'lunch' });
        await world.clock.sleep(5_000);
      }
      return { ok: true, value: {} };
    };
    const { id } = await world.planned();

    expect((await go(world, id)).kind).toBe('settled');

    expect(await world.statusOf(id)).toBe('paused');
    expect([...(await world.load(id)).targets.values()].map(({ state }) => state)).toEqual([
      'updated',
    ]);
    expect(world.driver.calls).toHaveLength(1);
    await world.order(id, { type: 'resume' });
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.calls).toHaveLength(2);
  });

  test('keeps the slot, and does not end by itself', async () => {
    const world = aWorld();
    const { id } = await atGate(world, { timeout: 1_000, onTimeout: 'abort' });
    const next = await world.planned({ version: '2.0.0' });
    await world.order(id, { type: 'pause', reason: 'lunch' });
    world.clock.advance(100_000_000);

    expect((await go(world, next.id)).kind).toBe('in_line');
    expect(await world.truth.overdue(10)).not.toContain(id);
    expect((await world.load(id)).state.status).toBe('paused');
  });
});
