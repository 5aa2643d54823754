import { describe, expect, test } from 'vitest';
import { broken, fine } from '../../support/fake-services.js';
import { anId, API } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';

describe('rolling a service back', () => {
  test('gives null when nothing is active', async () => {
    expect(await aWorld().manager.rollback('api')).toBeNull();
  });

  test('puts the version under the active one back', async () => {
    const { manager, live, index } = aWorld();
    await live('1.0.0');
    const second = await live('2.0.0');

    expect(await manager.rollback('api')).toMatchObject({
      ...{ success: true, state: 'rolled_back', targetsUpdated: 2, errors: [] },
      durationMs: expect.any(Number),
    });
    expect(await manager.getActive('api')).toMatchObject({ version: '1.0.0' });
    expect((await index.events(second.id)).at(-1)?.event).toMatchObject({
      type: 'deployment.rolled_back',
    });
  });

  test('leaves it listed among the versions of the service, as rolled back', async () => {
    const { manager, live } = aWorld();
    const first = await live('1.0.0');
    const second = await live('2.0.0');
    expect(await manager.versions('api')).toMatchObject([
      { version: '2.0.0', state: 'active', deploymentId: second.id },
      { version: '1.0.0', state: 'superseded', by: second.id, deploymentId: first.id },
    ]);

    await manager.rollback('api');

    expect(await manager.versions('api')).toMatchObject([
      { version: '1.0.0', state: 'active', by: first.id },
      { version: '2.0.0', state: 'rolled_back', by: second.id, deploymentId: second.id },
    ]);
    expect(await manager.versions({ service: 'api', environment: 'staging' })).toEqual([]);
  });

  test('means the one that is under way, else the active one, else none', async () => {
    const { manager, live, planned, orchestrator, store } = aWorld();
    expect(await manager.rollbackSubject(API)).toBeNull();
    const first = await live('1.0.0');
    expect(await manager.rollbackSubject(API)).toBe(first.id);

    const second = await planned({ version: '2.0.0' });
    await store.claim(second.id, { kind: 'execute', worker: 'w0', leaseMs: 0 });
    expect(await manager.rollbackSubject(API)).toBe(first.id);
    await orchestrator.advance('execute', second.id);
    expect(await manager.rollbackSubject(API)).toBe(second.id);
    await orchestrator.command(second.id, { type: 'pause', reason: 'x' }, 'ann');
    expect(await manager.rollbackSubject(API)).toBe(second.id);
  });

  test('means the one under way while it executes', async () => {
    const world = aWorld();
    const subjects: unknown[] = [];
    world.driver.onApply = async () => {
      subjects.push(await world.manager.rollbackSubject(API));
      return fine;
    };
    const { id } = await world.planned({ targets: ['web-1'] });
    await world.orchestrator.advance('execute', id);

    expect(subjects).toEqual([id]);
  });

  test('by id begins it, and leaves the work to the caller', async () => {
    const { manager, live, published } = aWorld();
    await live('1.0.0');
    const { id } = await live('2.0.0');
    published.length = 0;
    const asked = await manager.requestRollback(id, 'slow', 'ann');

    expect(asked).toMatchObject({
      refusal: null,
      deployment: { state: { status: 'rolling_back' } },
    });
    expect(published).toEqual([]);
    expect(await manager.requestRollback(anId(), 'x', 'ann')).toBeNull();
  });

  test('refuses a finished deployment that something newer took over, and names it', async () => {
    const { manager, live, load } = aWorld();
    const first = await live('1.0.0');
    const second = await live('2.0.0');
    const asked = await manager.requestRollback(first.id, 'x', 'ann');

    expect(asked?.refusal?.message).toBe(
      `cannot roll back ${first.id}: it is not the active deployment of production/api (${second.id} is)`,
    );
    expect((await load(first.id)).state.status).toBe('completed');
  });

  test('refuses one that is active no more because nothing is', async () => {
    const { manager, live, state } = aWorld();
    const first = await live('1.0.0');
    state.active.clear();

    expect((await manager.requestRollback(first.id, 'x', 'ann'))?.refusal?.message).toContain(
      '(nothing is)',
    );
  });

  test('refuses a failed one once something newer is live, and takes it before', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    world.driver.onApply = () => broken('no');
    const hold = { policy: { onFailure: 'hold' } } as const;
    const failed = await world.live('2.0.0', hold);
    const other = await world.live('2.0.1', hold);
    world.driver.onApply = () => fine;

    expect((await world.manager.requestRollback(other.id, 'x', 'ann'))?.refusal).toBeNull();
    await world.finish(other.id);
    const third = await world.live('3.0.0');
    expect(
      (await world.manager.requestRollback(failed.id, 'x', 'ann'))?.refusal?.message,
    ).toContain(`(${third.id} is)`);
    expect(await world.manager.getActive('api')).toMatchObject({ version: '3.0.0' });
  });

  test('throws where the record cannot be read: nobody knows what came of it', async () => {
    const { manager, live, truth } = aWorld();
    await live('1.0.0');
    await live('2.0.0');
    truth.load = () => Promise.reject(new Error('connection lost'));

    await expect(manager.rollback('api')).rejects.toThrow('connection lost');
  });

  test('throws where the active deployment is gone from the record, and names it', async () => {
    const { manager, live, truth, driver } = aWorld();
    await live('1.0.0');
    const { id } = await live('2.0.0');
    truth.load = async () => undefined;

    await expect(manager.rollback('api')).rejects.toThrow(`no deployment ${id}`);
    expect(new Set(driver.runs.values())).toEqual(new Set(['2.0.0']));
  });

  test('takes back a failed first version, where nothing was active before', async () => {
    const world = aWorld();
    world.driver.removes = true;
    world.driver.onApply = () => broken('no');
    const failed = await world.live('1.0.0', { policy: { onFailure: 'hold' } });
    world.driver.onApply = () => fine;

    expect((await world.manager.requestRollback(failed.id, 'x', 'ann'))?.refusal).toBeNull();
    expect((await world.finish(failed.id)).state.status).toBe('rolled_back');
    expect(await world.manager.getActive('api')).toBeNull();
  });
});
