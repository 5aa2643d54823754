import { describe, expect, test } from 'vitest';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { web } from '../../support/fixtures.js';
import { aWorld, type World } from './world.js';

const request = { type: 'rollback', reason: 'slow' } as const;
const ask = (world: World, { id }: { readonly id: Parameters<World['load']>[0] }) =>
  world.orchestrator.command(id, request, 'ann');
const actions = ({ driver }: World, from = 0) =>
  driver.calls
    .slice(from)
    .map(({ action, target, version }) => `${action} ${target.id} ${version}`);

describe('rolling back what cannot or must not be', () => {
  test('of a first version that cannot be removed fails plainly, and calls no driver', async () => {
    const world = aWorld();
    world.driver.onApply = () => broken('no');
    const { id } = await world.planned();
    const ended = await world.finish(id);

    expect(ended.state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(
        'could not restore web-1 (there is no previous version to go back to)',
      ),
    });
    expect(actions(world)).toEqual(['deploy web-1 1.0.0']);
    expect(ended.targets.get(web(1))?.state).toBe('restore_failed');
  });

  test('of a first version removes it where the driver can', async () => {
    const world = aWorld();
    world.driver.removes = true;
    world.driver.onApply = ({ action }) => (action === 'deploy' ? broken('no') : fine);
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(actions(world)).toEqual(['deploy web-1 1.0.0', 'rollback web-1 null']);
  });

  test('does not take away what was completed since', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    const third = await world.live('3.0.0');
    const before = world.driver.calls.length;
    await ask(world, second);

    expect((await world.finish(second.id)).state).toMatchObject({
      status: 'failed',
      reason: `not rolled back: ${third.id} is active by now`,
    });
    expect(world.driver.calls).toHaveLength(before);
    expect(await world.index.active(third)).toMatchObject({ version: '3.0.0' });
  });

  test('does not put an old version over a newer good one, for a failure that was held back then', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    world.driver.onApply = () => broken('no');
    const { id } = await world.planned({ version: '2.0.0', policy: { onFailure: 'hold' } });
    await world.finish(id);
    world.driver.onApply = () => fine;
    const third = await world.live('3.0.0');
    const before = world.driver.calls.length;
    await ask(world, { id });

    expect((await world.finish(id)).state).toMatchObject({
      reason: `not rolled back: ${third.id} is active by now`,
    });
    expect(world.driver.calls).toHaveLength(before);
  });

  test('says so where nothing is active any more', async () => {
    const world = aWorld();
    const first = await world.live('1.0.0');
    const second = await world.live('2.0.0');
    await ask(world, second);
    world.state.services.get('production/api')!.stable = [];

    expect((await world.finish(second.id)).state).toMatchObject({
      reason: 'not rolled back: nothing is active by now',
    });
    expect(first.state.status).toBe('completed');
  });

  test('looks for what each target goes back to: after a part of them, that is not one version', async () => {
    const probe = aProbe(async ({ target, version }) =>
      saw(world.driver.runs.get(target?.id ?? '') === version ? 'healthy' : 'unhealthy'),
    );
    const world: World = aWorld({ probes: [probe] });
    await world.live('1.0.0');
    const strategy = {
      kind: 'steps',
      partial: true,
      steps: [{ kind: 'deploy', targets: [web(1)] }],
    } as const;
    await world.live('2.0.0', { strategy });
    const third = await world.live('3.0.0');
    expect(third.state.status).toBe('completed');
    await ask(world, third);

    expect((await world.finish(third.id)).state.status).toBe('rolled_back');
    expect([...world.driver.runs.values()]).toEqual(['2.0.0', '1.0.0']);
  });
});
