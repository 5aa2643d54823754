import { describe, expect, test } from 'vitest';
import type { WorkOwed } from '../../src/domain/model/deployment/work-owed.js';
import {
  rescueRound,
  runRescuer,
  type RescuerPorts,
} from '../../src/workers/coordinating/rescuer.js';
import { aWorld, LEASE, type World } from '../domain/orchestrator/world.js';

const HOUR = 3_600_000;
const never = new AbortController().signal;

function rescuer(world: World, jobState: 'pending' | 'active' | 'gone' = 'gone') {
  const published: WorkOwed[] = [];
  const ports: RescuerPorts = {
    ...world.ports,
    publish: async (work) => void published.push(work),
    jobState: async () => jobState,
  };
  return { ports, published, round: () => rescueRound(ports, never) };
}

describe('a round of the rescuer', () => {
  test('publishes work again whose job is gone', async () => {
    const world = aWorld();
    const { id, run } = await world.planned();
    world.clock.advance(10_000);
    const { round, published } = rescuer(world);

    await round();

    expect(published).toEqual([{ kind: 'execute', deploymentId: id, run: run + 1 }]);
  });

  test('leaves work alone whose job waits for its turn, and looks again later', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    world.clock.advance(10_000);
    const { round, published } = rescuer(world, 'pending');

    await round();

    expect(published).toEqual([]);
    expect(await world.truth.overdue(9)).toEqual([]);
    world.clock.advance(10_000);
    expect(await world.truth.overdue(9)).toEqual([id]);
  });

  test('cancels a draft that nobody approved in time, and not before', async () => {
    const world = aWorld();
    const policy = { approval: 'required', approvalExpiry: HOUR } as const;
    const { id } = await world.planned({ approve: false, policy });
    const { round, published } = rescuer(world);
    await world.truth.postpone(id, 0);
    await round();
    expect(await world.statusOf(id)).toBe('draft');
    expect(await world.truth.overdue(9)).toEqual([]);

    world.clock.advance(HOUR);
    await round();

    expect((await world.load(id)).state).toEqual({
      status: 'cancelled',
      reason: 'approval expired',
    });
    expect(published).toEqual([]);
  });

  test('lets an approval of the last moment stand', async () => {
    const world = aWorld();
    const policy = { approval: 'required', approvalExpiry: HOUR } as const;
    const { id } = await world.planned({ approve: false, policy });
    world.clock.advance(HOUR + 5_000);
    const { ports } = rescuer(world);
    const load = world.truth.load.bind(world.truth);
    let approved = false;
    ports.store.load = async (asked) => {
      const found = await load(asked);
      if (!approved) {
        approved = true;
        await world.order(id, { type: 'approve', by: 'ann' });
      }
      return found;
    };

    await rescueRound(ports, never);

    expect(await world.statusOf(id)).toBe('approved');
  });

  test('ends what waits in line longer than it may take to begin', async () => {
    const world = aWorld({ fixture: { strategy: { kind: 'rolling', delay: HOUR } } });
    const first = await world.planned();
    await world.orchestrator.advance('execute', first.id);
    const { id } = await world.planned({ policy: { startBy: 60_000 } });
    expect((await world.orchestrator.advance('execute', id)).kind).toBe('in_line');
    world.clock.advance(61_000);

    await rescuer(world).round();

    expect((await world.load(id)).state).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('start-by'),
    });
    expect(await world.statusOf(first.id)).toBe('executing');
  });

  test('does not take it for poison that something was held, and asked again and again', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    await world.order(id, {
      type: 'hold',
      hold: { kind: 'limit', reason: 'full', until: null, liftedBy: 'x' },
    });
    const row = world.state.deployments.get(id);
    if (row) row.deployment = { ...row.deployment, run: 99 };
    world.clock.advance(60_000);
    await rescuer(world).round();
    expect(await world.statusOf(id)).toBe('approved');

    if (row)
      row.deployment = { ...row.deployment, progress: { ...row.deployment.progress, hold: null } };
    world.clock.advance(60_000);
    await rescuer(world).round();
    expect((await world.load(id)).state).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('published 50 times'),
    });
  });

  test('does not count who was woken by people as poison', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    const row = world.state.deployments.get(id);
    if (row)
      row.deployment = {
        ...row.deployment,
        run: 99,
        progress: { ...row.deployment.progress, woken: 60 },
      };
    world.clock.advance(60_000);

    await rescuer(world).round();

    expect(await world.statusOf(id)).toBe('approved');
  });

  test('ends what is past its deadline and whose worker does not end it', async () => {
    const world = aWorld({ fixture: { policy: { deadline: 60_000 } } });
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0' });
    await world.truth.claim(id, { kind: 'execute', worker: 'hung', leaseMs: LEASE });
    await world.order(id, { type: 'begin', previous: null, declared: null, shares: null });
    world.clock.advance(70_001);

    await rescuer(world).round();

    expect((await world.load(id)).state).toMatchObject({
      status: 'rolling_back',
      reason: 'deadline passed',
    });
    world.clock.advance(80_000);
    await rescuer(world).round();
    expect((await world.load(id)).state).toMatchObject({
      status: 'failed',
      reason: 'deadline passed',
    });
  });

  test('leaves what is paused, at a gate or over alone', async () => {
    const steps = [
      { kind: 'deploy', targets: 'all' },
      { kind: 'gate', name: 'go' },
    ] as const;
    const world = aWorld({ fixture: { strategy: { kind: 'steps', steps } } });
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    await world.order(id, { type: 'pause', reason: 'lunch' });
    const over = await world.planned();
    await world.order(over.id, { type: 'cancel', reason: 'no' });
    world.clock.advance(100 * HOUR);
    const { round, published } = rescuer(world);

    await round();

    expect(published).toEqual([]);
    expect(await world.statusOf(id)).toBe('paused');
  });

  test('stops in the middle when it is told to', async () => {
    const world = aWorld();
    await world.planned();
    world.clock.advance(10_000);
    const { ports, published } = rescuer(world);
    const stop = new AbortController();
    stop.abort();

    await rescueRound(ports, stop.signal);

    expect(published).toEqual([]);
  });
});

describe('the rescuer', () => {
  test('looks every second while it leads, and goes on after a round that failed', async () => {
    const world = aWorld();
    await world.planned();
    const stop = new AbortController();
    const { ports, published } = rescuer(world);
    let rounds = 0;
    const overdue = world.truth.overdue.bind(world.truth);
    ports.store.overdue = async (limit) => {
      rounds += 1;
      if (rounds === 1) throw new Error('Redis is gone');
      if (rounds > 6) stop.abort();
      return overdue(limit);
    };

    await runRescuer(ports, stop.signal);

    expect(rounds).toBe(7);
    expect(published).toHaveLength(1);
  });

  test('does nothing while another worker leads', async () => {
    const world = aWorld();
    await world.planned();
    await world.truth.lead('other', HOUR);
    const stop = new AbortController();
    const { ports, published } = rescuer(world);
    const running = runRescuer(ports, stop.signal);
    await world.clock.sleep(20_000);
    stop.abort();
    await running;

    expect(published).toEqual([]);
  });
});
