import { describe, expect, test } from 'vitest';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { aWorld, stopWith, type World } from './world.js';

const request = { type: 'rollback', reason: 'slow' } as const;
const ask = (world: World, { id }: { readonly id: Parameters<World['load']>[0] }) =>
  world.orchestrator.command(id, request, 'ann');
const actions = ({ driver }: World, from = 0) =>
  driver.calls
    .slice(from)
    .map(({ action, target, version }) => `${action} ${target.id} ${version}`);

describe('rolling back', () => {
  test('puts the previous version back on what was touched, the last first, and verifies it', async () => {
    const looked: string[] = [];
    const probe = aProbe(async ({ target, version }) => {
      looked.push(`${target?.id} ${version}`);
      return saw('healthy');
    });
    const world = aWorld({ probes: [probe] });
    const first = await world.live('1.0.0');
    const before = world.driver.calls.length;
    world.driver.onApply = ({ target, version }) =>
      target.id === 'web-2' && version === '2.0.0' ? broken('no disk') : fine;
    looked.length = 0;
    const second = await world.live('2.0.0');

    expect(actions(world, before)).toEqual([
      'deploy web-1 2.0.0',
      'deploy web-2 2.0.0',
      'rollback web-2 1.0.0',
      'rollback web-1 1.0.0',
    ]);
    expect(looked.slice(-2)).toEqual(['web-1 1.0.0', 'web-2 1.0.0']);
    expect(second).toMatchObject({
      state: { status: 'rolled_back', reason: expect.stringContaining('web-2: no disk') },
      health: { status: 'healthy' },
    });
    expect(await world.index.active(first)).toMatchObject({ version: '1.0.0' });
    expect([...world.driver.runs.values()]).toEqual(['1.0.0', '1.0.0']);
  });

  test('leaves alone what was not touched', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const before = world.driver.calls.length;
    world.driver.onApply = ({ version }) => (version === '2.0.0' ? broken('no') : fine);
    await world.live('2.0.0');

    expect(actions(world, before)).toEqual(['deploy web-1 2.0.0', 'rollback web-1 1.0.0']);
  });

  test('takes no more at once than the way there did', async () => {
    const strategy = { kind: 'rolling', batchSize: 2 } as const;
    const world = aWorld({ fixture: { targets: ['web-1', 'web-2', 'web-3', 'web-4'], strategy } });
    await world.live('1.0.0');
    let now = 0;
    let most = 0;
    const second = await world.live('2.0.0');
    world.driver.onApply = async () => {
      most = Math.max(most, ++now);
      await world.clock.sleep(10);
      now -= 1;
      return fine;
    };
    await ask(world, second);

    expect((await world.finish(second.id)).state.status).toBe('rolled_back');
    expect(most).toBe(2);
  });

  test('says which targets could not be restored, and restores them when it is asked for again', async () => {
    const world = aWorld();
    const first = await world.live('1.0.0');
    const second = await world.live('2.0.0');
    world.driver.onApply = ({ target }) => (target.id === 'web-1' ? broken('no route') : fine);
    await ask(world, second);
    const failed = await world.finish(second.id);

    expect(failed.state).toMatchObject({
      status: 'failed',
      reason: 'slow; could not restore web-1 (no route)',
    });
    expect(await world.index.active(first)).toMatchObject({
      version: null,
      deploymentId: second.id,
    });

    world.driver.onApply = () => fine;
    const before = world.driver.calls.length;
    await ask(world, second);
    expect((await world.finish(second.id)).state.status).toBe('rolled_back');
    expect(actions(world, before)).toEqual(['rollback web-1 1.0.0']);
    expect(await world.index.active(first)).toMatchObject({
      version: '1.0.0',
      deploymentId: first.id,
    });
  });

  test('tries again what failed in passing, after a rest', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    const answers = [broken('flaked', true)];
    world.driver.onApply = () => answers.shift() ?? fine;
    await ask(world, second);
    const until = world.clock.now() + 1_000;

    expect(await world.orchestrator.advance('rollback', second.id)).toMatchObject({
      kind: 'wait_until',
      until,
    });
    expect((await world.finish(second.id)).state.status).toBe('rolled_back');
  });

  test('does not wait for the next try of the deploy call that it takes back', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    world.driver.onApply = ({ action }) => (action === 'deploy' ? broken('flaked', true) : fine);
    const { id } = await world.planned({ version: '2.0.0', policy: { retryDelay: 600_000 } });
    await world.orchestrator.advance('execute', id);
    await ask(world, { id });

    expect((await world.orchestrator.advance('rollback', id)).kind).toBe('settled');
    expect(await world.statusOf(id)).toBe('rolled_back');
  });

  test('settles a call of the stopped execution before it puts anything back', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const abort = new AbortController();
    const { id } = await world.planned({ version: '2.0.0' });
    world.driver.onApply = () => {
      abort.abort();
      return broken('stopped');
    };
    await world.orchestrator.advance('execute', id, stopWith({ abort: abort.signal }));
    world.driver.onApply = () => fine;
    await ask(world, { id });
    await world.finish(id);

    expect(world.driver.settled).toMatchObject([{ target: { id: 'web-1' }, worker: 'w1' }]);
    expect(await world.statusOf(id)).toBe('rolled_back');
  });

  test('settles its own unfinished call when it is taken over in the middle', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    await ask(world, second);
    const abort = new AbortController();
    world.driver.onApply = () => {
      abort.abort();
      return broken('stopped');
    };
    const stop = stopWith({ abort: abort.signal });
    expect((await world.orchestrator.advance('rollback', second.id, stop)).kind).toBe(
      'handed_back',
    );
    world.driver.onApply = () => fine;

    expect((await world.finish(second.id)).state.status).toBe('rolled_back');
    expect(world.driver.settled).toMatchObject([{ action: 'rollback', target: { id: 'web-2' } }]);
  });

  test('drains between targets, and goes on where it was', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    await ask(world, second);
    const draining = new AbortController();
    world.driver.onApply = () => {
      draining.abort();
      return fine;
    };
    const stop = stopWith({ draining: draining.signal });
    const before = world.driver.calls.length;

    expect((await world.orchestrator.advance('rollback', second.id, stop)).kind).toBe(
      'handed_back',
    );
    expect(actions(world, before)).toEqual(['rollback web-2 1.0.0']);
    await world.finish(second.id);
    expect(actions(world, before)).toEqual(['rollback web-2 1.0.0', 'rollback web-1 1.0.0']);
  });

  test('that finds the previous version unhealthy fails, and says what is there', async () => {
    let well = true;
    const world = aWorld({ probes: [aProbe(async () => saw(well ? 'healthy' : 'unhealthy'))] });
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    well = false;
    await ask(world, second);

    expect((await world.finish(second.id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('slow; 1.0.0 is back on every target but unhealthy'),
    });
  });

  test('stopped while it looks at what is back leaves the verdict to the next run', async () => {
    const abort = new AbortController();
    let stopping = false;
    const probe = aProbe(async () => {
      if (stopping) abort.abort();
      return saw('healthy');
    });
    const world = aWorld({ probes: [probe] });
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    await ask(world, second);
    stopping = true;
    const stop = stopWith({ abort: abort.signal });

    expect((await world.orchestrator.advance('rollback', second.id, stop)).kind).toBe(
      'handed_back',
    );
    stopping = false;
    expect((await world.finish(second.id)).state.status).toBe('rolled_back');
  });

  test('past its deadline is given up, and tells why it began', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const second = await world.live('2.0.0', { policy: { deadline: 5_000 } });
    await ask(world, second);
    world.clock.advance(5_001);

    expect((await world.finish(second.id)).state).toEqual({
      status: 'failed',
      reason: "slow; the rollback's deadline passed",
    });
  });
});
