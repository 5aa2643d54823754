import { describe, expect, test } from 'vitest';
import { Fenced } from '../../../src/domain/orchestrator/journal/fenced.js';
import { Journal } from '../../../src/domain/orchestrator/journal/journal.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { aJournal, watched } from './journals.js';
import { aWorld, LEASE, type World } from './world.js';

/** A write of somebody without a fence: a person's command. */
async function meanwhile(world: World, { id }: Deployment, ...orders: (typeof give.pause)[]) {
  for (const order of orders) await world.orchestrator.command(id, order, 'ann', false);
}

describe('a journal', () => {
  test('writes what was submitted together in one write, and nothing twice', async () => {
    const { writes, wrap } = watched();
    const { journal } = await aJournal(aWorld({ wrap }));

    journal.submit(give.begin);
    for (const told of [give.startTarget(web(1)), give.updateTarget(web(1))]) journal.report(told);
    expect(journal.deployment.revision).toBe(5);
    expect(journal.durableRevision).toBe(2);
    await journal.flush();
    await journal.flush();

    expect(writes.map(({ events }) => events.map(({ sequence }) => sequence))).toEqual([[3, 4, 5]]);
    expect(writes[0]).toMatchObject({ release: false, events: [{ actor: 'w1' }, {}, {}] });
    expect(journal.durableRevision).toBe(5);
  });

  test('says at once what is refused, and writes none of it', async () => {
    const { writes, wrap } = watched();
    const { journal } = await aJournal(aWorld({ wrap }));

    expect(journal.submit(give.resume).refusal?.message).toContain('cannot resume');
    expect(journal.report(give.wait(0)).refusal?.message).toContain('comes too late');
    expect(journal.submit(give.begin)).toMatchObject({ refusal: null, events: [{}] });
    expect(journal.submit(give.begin)).toEqual({ refusal: null, events: [] });
    expect(journal.report(give.completeStep(0))).toEqual({ refusal: null, events: [] });
    await journal.flush();

    expect(writes[0]?.events).toHaveLength(1);
  });

  test('without a claim knows nothing of the service', async () => {
    const world = aWorld();
    const deployment = await world.planned();
    const { store, clock } = world;
    const journal = new Journal({ store, clock, actor: 'ann' }, deployment, null);

    expect(() => journal.service).toThrow('only a claim knows the service');
    expect(() => journal.see(new Map())).toThrow('only a claim knows the service');
  });

  test('decides again on what others wrote meanwhile', async () => {
    const world = aWorld();
    const { id, journal } = await aJournal(world);
    journal.submit(give.begin);
    await journal.flush();
    await meanwhile(world, journal.deployment, give.pause);
    const start = journal.report(give.startTarget(web(1)));
    expect(start.refusal).toBeNull();
    await journal.flush();

    expect(start.refusal?.message).toContain('is paused');
    expect(journal.deployment.state.status).toBe('paused');
    expect(journal.deployment).toEqual(await world.load(id));
  });

  test('keeps what still holds after others wrote, behind theirs', async () => {
    const world = aWorld();
    const { id, journal } = await aJournal(world);
    journal.submit(give.begin);
    const start = journal.report(give.startTarget(web(1)));
    await journal.flush();
    await meanwhile(world, journal.deployment, give.pause);
    journal.report(give.updateTarget(web(1)));
    await journal.flush();

    expect(await world.eventsOf(id)).toEqual([
      'deployment.planned',
      'deployment.approved',
      'deployment.started',
      'deployment.target_started',
      'deployment.paused',
      'deployment.target_updated',
    ]);
    // What is written is written: it is not decided again.
    expect(start.refusal).toBeNull();
  });

  test('concludes again from what others left, which may come to nothing', async () => {
    const world = aWorld();
    const { journal } = await aJournal(world);
    journal.submit(give.begin);
    for (const told of [give.startTarget(web(1)), give.failTarget(web(1))]) journal.report(told);
    await journal.flush();
    const end = journal.report(give.completeStep(0));
    expect(end.events).toMatchObject([{ type: 'deployment.rollback_started', cause: 'failure' }]);
    await meanwhile(world, journal.deployment, give.rollback('slow'));
    await journal.flush();

    expect(end).toEqual({ refusal: null, events: [] });
    expect(journal.deployment.state).toMatchObject({ reason: 'slow', cause: 'request' });
  });

  test('takes in what others wrote when told to, with its own pending commands on top', async () => {
    const world = aWorld();
    const { journal } = await aJournal(world);
    journal.submit(give.begin);
    await journal.flush();
    journal.report(give.startTarget(web(1)));
    await meanwhile(world, journal.deployment, give.pause);
    await journal.refresh();

    expect(journal.deployment.state.status).toBe('paused');
    expect(journal.deployment.targets.size).toBe(0);
  });

  test('takes commands while a write is under way, and writes them in the next', async () => {
    const late: Promise<void>[] = [];
    const { writes, wrap } = watched(async (_, count) => {
      await Promise.resolve();
      if (count !== 1) return;
      journal.report(give.startTarget(web(1)));
      late.push(journal.flush(), journal.refresh(), journal.close(null));
    });
    const { id, journal } = await aJournal(aWorld({ wrap }));
    journal.submit(give.begin);
    await journal.flush();
    await Promise.all(late);

    expect(writes.map(({ events }) => events.map(({ event }) => event.type))).toEqual([
      ['deployment.started'],
      ['deployment.target_started'],
    ]);
    expect(writes[1]?.before.revision).toBe(3);
    expect(journal.deployment).toMatchObject({ id, revision: 4 });
  });

  test('whose fence was superseded is superseded, for good', async () => {
    const world = aWorld();
    const { id, fence, journal } = await aJournal(world);
    await world.store.release(id, fence, null);
    await world.store.claim(id, { kind: 'execute', worker: 'w2', leaseMs: LEASE });
    journal.submit(give.begin);

    await expect(journal.flush()).rejects.toThrow(Fenced);
    await expect(journal.flush()).rejects.toThrow(`${id}: store/fenced`);
    await journal.close(null);
    expect(journal.released).toBe(false);
    expect((await world.load(id)).revision).toBe(2);
    const other = { kind: 'execute', worker: 'w3', leaseMs: LEASE } as const;
    expect((await world.store.claim(id, other)).kind).toBe('leased');
  });

  test('of a deployment that is gone is superseded', async () => {
    const world = aWorld();
    const { id, journal } = await aJournal(world);
    world.state.deployments.delete(id);

    await expect(journal.refresh()).rejects.toThrow(`${id} is gone`);
    await expect(journal.flush()).rejects.toThrow(Fenced);
  });

  test('passes on what a broken store throws, and can write once it is well again', async () => {
    let broken = true;
    const { wrap } = watched(() => {
      if (broken) throw new Error('connection lost');
    });
    const { journal } = await aJournal(aWorld({ wrap }));
    journal.submit(give.begin);

    await expect(journal.flush()).rejects.toThrow('connection lost');
    broken = false;
    await journal.flush();
    expect(journal.durableRevision).toBe(3);
  });
});
