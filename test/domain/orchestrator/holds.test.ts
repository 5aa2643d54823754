import { describe, expect, test } from 'vitest';
import type { DeploymentWindow } from '../../../src/domain/model/plan/window.js';
import type { Calendar } from '../../../src/domain/ports/calendar.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';
import { aWorld, type World } from './world.js';

const HOUR = 3_600_000;
const window: DeploymentWindow = {
  ...{ kind: 'deny', rrule: 'FREQ=DAILY', start: '2026-01-01T00:00', duration: HOUR },
  ...{ timeZone: 'UTC', reason: 'stocktaking' },
};
/** Denied until an hour from the beginning of time as these tests have it. */
const closed: Calendar = {
  check: () => null,
  occurrence: (_, at) => (at < 1_000_000 + HOUR ? { from: 0, until: 1_000_000 + HOUR } : null),
  next: () => null,
};
const frozen = (world: World, until: number | null) =>
  world.state.freezes.set('f1', {
    ...{ id: 'f1', scope: { environment: null, service: null, labels: {} } },
    ...{ reason: 'audit', by: 'ann', from: 0, until },
  });
const advance = (world: World, id: Parameters<World['load']>[0]) =>
  world.orchestrator.advance('execute', id);

describe('a deployment outside its window', () => {
  const windows = { policy: { windows: [window] } } as const;

  test('waits for it, asks now and then, and gives the slot to others meanwhile', async () => {
    const world = aWorld({ ports: { calendar: closed } });
    const { id } = await world.planned(windows);
    const next = await world.planned({ version: '2.0.0' });

    expect(await advance(world, id)).toMatchObject({ kind: 'wait_until', until: 1_060_000 });

    expect((await world.load(id)).progress.hold).toMatchObject({
      kind: 'window',
      since: 1_000_000,
    });
    expect(world.published).toEqual([
      { kind: 'execute', deploymentId: next.id, run: next.run + 1 },
    ]);
    expect((await world.finish(next.id)).state.status).toBe('completed');
    expect((await world.finish(id)).state.status).toBe('completed');
    expect((await world.load(id)).startedAt).toBe(1_000_000 + HOUR);
  });

  test('tells once what holds it, however often it asks', async () => {
    const world = aWorld({ ports: { calendar: closed } });
    const { id } = await world.planned(windows);
    await advance(world, id);
    await advance(world, id);

    expect((await world.eventsOf(id)).filter((type) => type === 'deployment.held')).toHaveLength(1);
  });

  test('begins at once when somebody overrides it, and says what it went through', async () => {
    const world = aWorld({ ports: { calendar: closed } });
    const { id } = await world.planned(windows);
    await advance(world, id);
    await world.order(id, { type: 'override', by: 'ann', reason: 'a hotfix' });
    expect(world.published.at(-1)).toMatchObject({ kind: 'execute', deploymentId: id });

    expect((await world.finish(id)).state.status).toBe('completed');
    const events = await world.index.events(id);
    expect(events.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({
        type: 'deployment.started',
        overridden: [expect.objectContaining({ kind: 'window' })],
      }),
    );
    expect(world.clock.now()).toBe(1_000_000);
  });

  test('that must begin before it opens ends when it is too late, and not before', async () => {
    const world = aWorld({ ports: { calendar: closed } });
    const { id } = await world.planned({ policy: { windows: [window], startBy: 60_000 } });

    expect(await advance(world, id)).toMatchObject({ until: 1_060_000 });
    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({ status: 'cancelled' });
    expect(ended.endedAt).toBe(1_060_000);
    expect((await world.index.slot(API)).holder).toBeNull();
  });
});

describe('a freeze', () => {
  test('without an end is asked about again and again, until somebody lifts it', async () => {
    const world = aWorld();
    frozen(world, null);
    const { id } = await world.planned();
    expect(await advance(world, id)).toMatchObject({ until: world.clock.now() + 15_000 });

    world.state.freezes.clear();
    world.clock.advance(15_000);
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('stops nothing that has begun', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: 1_000 } } });
    const { id } = await world.planned();
    await advance(world, id);
    frozen(world, null);

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('sends nobody away for a deployment that could not begin in their place', async () => {
    for (const onConflict of ['supersede_waiting', 'supersede_running'] as const) {
      const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: HOUR } } });
      const running = await world.planned();
      await advance(world, running.id);
      const waiting = await world.planned({ version: '2.0.0' });
      await advance(world, waiting.id);
      frozen(world, 1_000_000 + HOUR);
      const { id } = await world.planned({ version: '3.0.0', policy: { onConflict } });

      expect(await advance(world, id)).toMatchObject({ kind: 'wait_until', until: 1_060_000 });

      expect(await world.statusOf(running.id)).toBe('executing');
      expect(await world.statusOf(waiting.id)).toBe('approved');
      expect((await world.load(id)).progress.hold).toMatchObject({ kind: 'freeze' });
    }
  });

  test('that outlasts its time to begin ends the one that would supersede', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: HOUR } } });
    const running = await world.planned();
    await advance(world, running.id);
    const { id } = await world.planned({
      ...{ version: '3.0.0', at: world.clock.now() - 60_000 },
      policy: { onConflict: 'supersede_running', startBy: 60_000 },
    });

    expect((await advance(world, id)).kind).toBe('settled');
    expect(await world.statusOf(id)).toBe('cancelled');
    expect(await world.statusOf(running.id)).toBe('executing');
  });
});

describe('a limit', () => {
  const other = { service: serviceName('other'), environment: environmentName('production') };
  const limits = [{ key: 'environment:production', most: 1 }];

  test('keeps a deployment back while as many are under way, and its place in line', async () => {
    const world = aWorld({ fixture: { limits, strategy: { kind: 'rolling', delay: 10_000 } } });
    const first = await world.planned();
    await advance(world, first.id);
    const second = await world.planned({ ref: other });

    expect(await advance(world, second.id)).toMatchObject({
      kind: 'wait_until',
      until: world.clock.now() + 2_000,
    });
    expect((await world.load(second.id)).progress.hold).toMatchObject({
      kind: 'limit',
      reason: '1 of environment:production are under way, as many as its limit allows',
    });

    await world.finish(first.id);
    expect((await world.finish(second.id)).state.status).toBe('completed');
    expect([...world.state.limits.values()].every((ids) => ids.size === 0)).toBe(true);
  });

  test('keeps a rollback back too, which says so until it goes on', async () => {
    const world = aWorld({ fixture: { limits } });
    await world.live('1.0.0');
    const { id } = await world.live('2.0.0');
    const busy = await world.planned({ ref: other, strategy: { kind: 'rolling', delay: 10_000 } });
    await advance(world, busy.id);
    await world.order(id, { type: 'rollback', reason: 'slow' });

    expect((await world.orchestrator.advance('rollback', id)).kind).toBe('wait_until');
    expect((await world.load(id)).progress.hold).toMatchObject({ kind: 'limit' });

    await world.finish(busy.id);
    const ended = await world.finish(id);
    expect(ended.state.status).toBe('rolled_back');
    expect(ended.progress.hold).toBeNull();
  });
});

describe('after an automatic rollback', () => {
  async function rolledBack(afterRollback: 'hold_automation' | 'continue') {
    const world = aWorld({ fixture: { policy: { afterRollback } } });
    await world.live('1.0.0');
    world.driver.onApply = ({ version, target }) =>
      version === '2.0.0' && target.id === web(2) ? broken('no disk') : fine;
    const { id } = await world.planned({ version: '2.0.0' });
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    return world;
  }

  test('nothing automatic begins on the service until a person releases it', async () => {
    const world = await rolledBack('hold_automation');
    const { id } = await world.planned({ version: '3.0.0', trigger: 'automation' });

    expect((await advance(world, id)).kind).toBe('wait_until');
    expect((await world.load(id)).progress.hold).toMatchObject({ kind: 'automation' });
    for (const its of world.state.services.values()) its.automationHold = null;
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('what a person asks for begins', async () => {
    const world = await rolledBack('hold_automation');
    const { id } = await world.planned({ version: '3.0.0' });

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('everything begins where the policy says so', async () => {
    const world = await rolledBack('continue');
    const { id } = await world.planned({ version: '3.0.0', trigger: 'automation' });

    expect((await world.finish(id)).state.status).toBe('completed');
  });
});

test('the same target in another environment of the service: it waits, and says for whom', async () => {
  const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: 10_000 } } });
  const first = await world.planned();
  await advance(world, first.id);
  const staging = { ...API, environment: environmentName('staging') };
  const second = await world.planned({ ref: staging });

  expect(await advance(world, second.id)).toMatchObject({
    kind: 'wait_until',
    until: world.clock.now() + 2_000,
  });
  expect((await world.load(second.id)).progress.hold).toMatchObject({
    kind: 'target',
    reason: `${first.id} is changing production/api, and has fake 127.0.0.1:8080 in hand, which is a target here, too`,
  });

  await world.finish(first.id);
  expect((await world.finish(second.id)).state.status).toBe('completed');
});
