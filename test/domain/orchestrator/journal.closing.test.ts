import { describe, expect, test } from 'vitest';
import { Journal } from '../../../src/domain/orchestrator/journal/journal.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import * as give from '../plan/commands.js';
import { aJournal, watched } from './journals.js';
import { aWorld, LEASE, type World } from './world.js';

describe('closing a journal', () => {
  const claimAgain = (world: World, { id }: Deployment) =>
    world.store.claim(id, { kind: 'execute', worker: 'w2', leaseMs: LEASE });

  test('writes what is left and gives the lease up in the same write', async () => {
    const { writes, wrap } = watched();
    const world = aWorld({ wrap });
    const { journal } = await aJournal(world);
    journal.submit(give.begin);
    await journal.close(null);
    await journal.close(null);

    expect(writes).toMatchObject([{ release: true }]);
    expect(journal.released).toBe(true);
    expect((await claimAgain(world, journal.deployment)).kind).toBe('claimed');
  });

  test('gives the lease up where nothing is left to write, and says when it is due', async () => {
    const { writes, wrap } = watched();
    const world = aWorld({ wrap });
    const { id, journal } = await aJournal(world);
    await journal.close(world.clock.now() + 60_000);

    expect(writes).toEqual([]);
    expect(world.state.deployments.get(id)?.due).toBe(world.clock.now() + 65_000);
    expect((await claimAgain(world, journal.deployment)).kind).toBe('claimed');
  });

  test('keeps the lease during the write of a wait, and gives it up with the time it is due', async () => {
    const { writes, wrap } = watched();
    const world = aWorld({ wrap });
    const { id, journal } = await aJournal(world);
    const until = world.clock.now() + 60_000;
    journal.submit(give.begin);
    journal.report(give.wait(0, until));
    await journal.close(until);

    expect(writes).toMatchObject([{ release: false }]);
    expect(world.state.deployments.get(id)?.due).toBe(until + 5_000);
  });

  test('without a claim gives nothing up', async () => {
    const world = aWorld();
    const deployment = await world.planned();
    const { store, clock } = world;
    const journal = new Journal(
      {
        store: {
          load: store.load.bind(store),
          append: store.append.bind(store),
          service: store.service.bind(store),
        },
        clock,
        actor: 'ann',
      },
      deployment,
      null,
    );
    await journal.close(null);

    expect(journal.released).toBe(false);
  });

  test('with a claim on a store that cannot give it up ends all the same', async () => {
    const world = aWorld();
    const { id, fence } = await aJournal(world);
    const store = {
      load: world.store.load.bind(world.store),
      append: world.store.append.bind(world.store),
      service: world.store.service.bind(world.store),
    };
    const journal = new Journal(
      { store, clock: world.clock, actor: 'w1' },
      await world.load(id),
      fence,
    );
    await journal.close(null);

    expect(journal.released).toBe(true);
  });

  test('of a deployment that ended passes on whose turn it is', async () => {
    const world = aWorld();
    const { journal } = await aJournal(world);
    const next = await world.planned();
    journal.report(give.giveUp);
    await journal.flush();

    expect(journal.released).toBe(true);
    expect(journal.handedTo).toEqual([{ kind: 'execute', deploymentId: next.id, run: 2 }]);
    expect(journal.submit(give.cancel).refusal).not.toBeNull();
  });
});
