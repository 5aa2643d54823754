import { describe, expect, test } from 'vitest';
import { aProbe, fine, saw } from '../../support/fake-services.js';
import { API } from '../../support/fixtures.js';
import { aWorld, type WorldOptions } from './world.js';

const aWorker = (options: WorldOptions = {}) => {
  const writes: (readonly string[])[] = [];
  const world = aWorld({
    ...options,
    ports: { judgesAtOnce: true },
    wrap: (store) => {
      const append = store.append.bind(store);
      store.append = (transition) => {
        writes.push(transition.events.map(({ event }) => event.type.replace('deployment.', '')));
        return append(transition);
      };
      return store;
    },
  });
  return { world, writes };
};

describe('a service without checks', () => {
  test('is judged in the write that ends the last step, and no job is published for it', async () => {
    const { world, writes } = aWorker();
    const { id } = await world.planned();

    const ending = await world.orchestrator.advance('execute', id);

    expect(ending).toMatchObject({
      kind: 'settled',
      deployment: { state: { status: 'completed' } },
    });
    const last = ['target_updated', 'step_completed', 'verifying', 'verified', 'completed'];
    expect(writes.at(-1)).toEqual(last);
    expect(world.published).toEqual([]);
    expect(await world.load(id)).toMatchObject({ health: { reason: 'no checks are configured' } });
    expect(await world.index.active(API)).toMatchObject({ deploymentId: id, version: '1.0.0' });
  });

  test('is what is active where the one write from its beginning to its end is a retry', async () => {
    const { world, writes } = aWorker({
      fixture: { policy: { onFailure: 'hold', deadline: 60_000 } },
    });
    await world.live('0.9.0');
    const { id } = await world.planned();
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-2') world.clock.advance(100_000);
      return fine;
    };
    await world.orchestrator.advance('execute', id);
    expect((await world.load(id)).state).toMatchObject({ reason: 'deadline passed' });
    expect(await world.index.active(API)).toMatchObject({ version: null });
    writes.length = 0;

    await world.order(id, { type: 'retry', by: 'ann' });
    await world.orchestrator.advance('execute', id);

    expect(writes.at(-1)).toEqual(expect.arrayContaining(['started', 'completed']));
    expect(await world.index.active(API)).toMatchObject({ deploymentId: id, version: '1.0.0' });
  });

  test('goes back where its deadline was over with the last step', async () => {
    const { world } = aWorker({ fixture: { policy: { deadline: 60_000 } } });
    const { id } = await world.planned();
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-2') world.clock.advance(100_000);
      return fine;
    };
    await world.orchestrator.advance('execute', id);

    expect((await world.load(id)).state).toMatchObject({
      status: 'rolling_back',
      reason: 'deadline passed',
    });
  });
});

test('a service with checks is looked at in a job of its own', async () => {
  const { world } = aWorker({ probes: [aProbe(async () => saw('healthy'))] });
  const { id } = await world.planned();
  await world.orchestrator.advance('execute', id);

  expect(await world.statusOf(id)).toBe('verifying');
  expect(world.published).toEqual([{ kind: 'verify', deploymentId: id, run: 2 }]);
});
