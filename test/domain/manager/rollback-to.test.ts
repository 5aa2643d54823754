import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { describe, expect, test } from 'vitest';
import { broken, fine } from '../../support/fake-services.js';
import { anId } from '../../support/fixtures.js';
import { aWorker } from '../../support/cluster.js';
import { aWorld } from '../orchestrator/world.js';
import { statesOf, threeVersions } from './three-versions.js';

describe('rolling a service back to a named version', () => {
  test('brings it back past those between, which are rolled back then', async () => {
    const world = await threeVersions();
    const { manager, driver, second, third, index } = world;

    const result = await manager.rollback('api', { toVersion: '1.0.0', reason: 'slow' });

    expect(result).toMatchObject({ success: true, state: 'completed', targetsUpdated: 3 });
    expect(new Set(driver.runs.values())).toEqual(new Set(['1.0.0']));
    expect(await statesOf(world)).toEqual([
      '1.0.0 active',
      '3.0.0 rolled_back',
      '2.0.0 rolled_back',
    ]);
    const active = await manager.getActive('api');
    const [back] = (await manager.history({ limit: 1 })).items;
    expect(active).toMatchObject({ version: '1.0.0', deploymentId: back?.id });
    expect(back).toMatchObject({ rollback: { reason: 'slow' }, previous: { version: '3.0.0' } });
    expect(back?.takesBack?.versions.map(({ deploymentId }) => deploymentId)).toEqual([
      third.id,
      second.id,
    ]);
    const events = (await index.events(back?.id ?? anId())).map(({ event }) => event);
    expect(events[0]).toEqual({ type: 'deployment.planned', rollback: { reason: 'slow' } });
  });

  test('goes along the strategy given, and along the service’s without one', async () => {
    const { manager } = await threeVersions();
    const strategy = { kind: 'rolling', batchSize: 3 } as const;

    await manager.rollback('api', { toVersion: '2.0.0', strategy });
    const [first] = (await manager.history({ limit: 1 })).items;
    expect(first?.plan.strategy).toMatchObject(strategy);
    await manager.rollback('api', { toVersion: '1.0.0' });
    const [second] = (await manager.history({ limit: 1 })).items;
    expect(second?.plan.strategy).not.toHaveProperty('batchSize', 3);
  });

  test('is verified, and goes back to what was active where a check finds it bad', async () => {
    const world = await threeVersions();
    world.driver.onApply = ({ version }) => (version === '1.0.0' ? broken('no disk') : fine);

    const result = await world.manager.rollback('api', { toVersion: '1.0.0' });

    expect(result).toMatchObject({ state: 'rolled_back' });
    expect(result?.errors.join()).toContain('no disk');
    expect(await world.manager.getActive('api')).toMatchObject({ version: '3.0.0' });
    expect(await statesOf(world)).toEqual(['3.0.0 active', '2.0.0 superseded', '1.0.0 superseded']);
  });

  test('leads further back with the next rollback, and not forwards to what it took back', async () => {
    const world = await threeVersions();
    await world.manager.rollback('api', { toVersion: '2.0.0' });

    expect(await world.manager.rollback('api')).toMatchObject({ state: 'rolled_back' });

    expect(new Set(world.driver.runs.values())).toEqual(new Set(['1.0.0']));
    expect(await world.manager.getActive('api')).toMatchObject({ deploymentId: world.first.id });
    expect(await statesOf(world)).toEqual([
      '1.0.0 active',
      '2.0.0 rolled_back',
      '3.0.0 rolled_back',
    ]);
  });

  test('to the first version leaves nothing to go back to', async () => {
    const { manager, driver } = await threeVersions();
    await manager.rollback('api', { toVersion: '1.0.0' });

    const kept = await manager.rollback('api');

    expect(kept).toMatchObject({ success: false, state: 'completed' });
    expect(kept?.errors.join()).toMatch(/1\.0\.0 is the first version .* cannot remove it/);
    expect(new Set(driver.runs.values())).toEqual(new Set(['1.0.0']));
  });

  test('that stopped and is retried takes back the same versions once it is completed', async () => {
    const world = await threeVersions({ fixture: { policy: { onFailure: 'hold' } } });
    world.driver.onApply = ({ target, version }) =>
      target.id === 'web-2' && version === '1.0.0' ? broken('no disk') : fine;
    expect(await world.manager.rollback('api', { toVersion: '1.0.0' })).toMatchObject({
      state: 'failed',
    });
    world.driver.onApply = () => fine;
    const id = (await world.manager.history({ limit: 1 })).items[0]?.id ?? anId();

    await world.order(id, { type: 'retry', by: 'ann' });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await statesOf(world)).toEqual([
      '1.0.0 active',
      '3.0.0 rolled_back',
      '2.0.0 rolled_back',
    ]);
  });

  test('may name one that was rolled back: it was stable once', async () => {
    const world = await threeVersions();
    await world.manager.rollback('api');

    const result = await world.manager.rollback('api', { toVersion: '3.0.0' });

    expect(result).toMatchObject({ success: true, state: 'completed' });
    expect(await statesOf(world)).toEqual(['3.0.0 active', '2.0.0 superseded', '1.0.0 superseded']);
    await world.manager.rollback('api');
    expect(await world.manager.getActive('api')).toMatchObject({ version: '2.0.0' });
  });

  test('does nothing where that version is active, and says so', async () => {
    const { manager, third } = await threeVersions();

    expect(await manager.rollback('api', { toVersion: '3.0.0' })).toMatchObject({
      ...{ success: true, targetsUpdated: 0, errors: [] },
      metadata: {
        note: `3.0.0 is active in production/api already (${third.id}): nothing to do`,
      },
    });
    expect((await manager.history()).items).toHaveLength(3);
  });

  test('refuses one that was never stable, and names those that can be had', async () => {
    const world = await threeVersions();
    world.driver.onApply = ({ version }) => (version === '4.0.0' ? broken('no') : fine);
    await world.manager.deploy('api', '4.0.0');
    world.driver.onApply = () => fine;

    expect(await world.manager.rollback('api', { toVersion: '4.0.0' })).toMatchObject({
      success: false,
      errors: [
        'toVersion: cannot roll back production/api to 4.0.0: that version was never stable there; choose one of 2.0.0, 1.0.0',
      ],
    });
    const young = aWorld();
    await young.live('1.0.0');
    expect(await young.manager.rollback('api', { toVersion: '9' })).toMatchObject({
      errors: [expect.stringContaining('there is no other version to go back to')],
    });
    await young.live('2.0.0');
    expect(await young.manager.rollback('api', { toVersion: '9' })).toMatchObject({
      errors: [expect.stringContaining('never stable there; choose 1.0.0')],
    });
  });

  test('gives null when nothing is active', async () => {
    expect(await aWorld().manager.rollback('api', { toVersion: '1.0.0' })).toBeNull();
  });

  test('throws on what is no version', async () => {
    const { manager } = await threeVersions();
    await expect(manager.rollback('api', { toVersion: 'two words' })).rejects.toThrow(TypeError);
  });

  test('says what is wrong with the strategy, and touches nothing', async () => {
    const { manager } = await threeVersions();
    const strategy = { kind: 'blue_green' } as const;

    expect(await manager.rollback('api', { toVersion: '1.0.0', strategy })).toMatchObject({
      success: false,
      errors: [expect.stringMatching(/^\S+: /)],
    });
    const targets = { service: 'unheard', environment: 'production' };
    expect(await manager.rollback(targets, { toVersion: '1.0.0' })).toBeNull();
    expect((await manager.history()).items).toHaveLength(3);
  });

  test('says that the service is configured no more, and touches nothing', async () => {
    const { ports, manager: before } = await threeVersions();
    const error = { code: 'plan/impossible', path: 'service', message: 'unknown' } as const;
    const catalog = { resolve: () => ({ ok: false, error }) as const };
    const { manager } = aWorker(ports, { catalog, ids: { deploymentId: anId } });

    expect(await manager.rollback('api', { toVersion: '1.0.0' })).toMatchObject({
      ...{ success: false, targetsUpdated: 0, errors: ['service: unknown'] },
    });
    expect((await before.history()).items).toHaveLength(3);
    expect(await before.getActive('api')).toMatchObject({ version: '3.0.0' });
  });
});

describe('a rollback along a strategy, with no version named,', () => {
  const strategy = { kind: 'rolling', batchSize: 3 } as const;

  test('brings the version before back along it', async () => {
    const world = await threeVersions();

    expect(await world.manager.rollback('api', strategy)).toMatchObject({ success: true });

    const [back] = (await world.manager.history({ limit: 1 })).items;
    expect(back).toMatchObject({ version: '2.0.0', plan: { strategy } });
    expect(await statesOf(world)).toEqual([
      '2.0.0 active',
      '1.0.0 superseded',
      '3.0.0 rolled_back',
    ]);
  });

  test('takes a first version away, where there is none before', async () => {
    const world = aWorld();
    world.driver.removes = true;
    await world.live('1.0.0');

    expect(await world.manager.rollback('api', strategy)).toMatchObject({ state: 'rolled_back' });
    expect(await world.manager.getActive('api')).toBeNull();
  });

  test('brings the last good one back where nobody knows what is active', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    world.driver.onApply = ({ version }) => (version === '2.0.0' ? broken('no') : fine);
    await world.live('2.0.0', { policy: { onFailure: 'hold' } });
    expect(await world.manager.getActive('api')).toMatchObject({ version: null });

    expect(await world.manager.rollback('api', strategy)).toMatchObject({ success: true });
    expect(await world.manager.getActive('api')).toMatchObject({ version: '1.0.0' });
  });

  test('leads to nothing once it is rolled back itself, also on a colour that kept a version', async () => {
    const fixture = { coloured: true, strategy: { kind: 'blue_green', retire: 'keep' } } as const;
    const world = await threeVersions({ runtime: { router: new MemoryRouter() }, fixture });
    const { manager, driver } = world;
    driver.removes = true;

    await manager.rollback('api', { toVersion: '1.0.0' });
    expect(new Set(driver.runs.values())).toEqual(new Set(['1.0.0', '3.0.0']));
    await manager.rollback('api');

    expect([...driver.runs.values()]).toEqual([null, null]);
    expect(await manager.getActive('api')).toBeNull();
  });
});
