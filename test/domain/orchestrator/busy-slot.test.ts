import { describe, expect, test } from 'vitest';
import * as give from '../plan/commands.js';
import { inStatus } from '../plan/states.js';
import { aWorld, LEASE } from './world.js';

/** Approved, and behind another that holds the slot. */
async function inLine(onConflict: 'queue' | 'reject' | 'supersede_waiting') {
  const world = aWorld({ fixture: { policy: { onConflict } } });
  const holder = await world.planned();
  await world.store.claim(holder.id, { kind: 'execute', worker: 'w0', leaseMs: LEASE });
  const older = await world.planned({ version: '2.0.0' });
  const newer = await world.planned({ version: '3.0.0' });
  return { world, holder, older, newer };
}

describe('a busy slot', () => {
  test('is waited for, and nobody is disturbed', async () => {
    const { world, holder, older } = await inLine('queue');

    expect(await world.orchestrator.advance('execute', older.id)).toMatchObject({
      kind: 'in_line',
      behind: holder.id,
    });
    expect(await world.statusOf(older.id)).toBe('approved');
  });

  test('ends the newcomer where the policy rejects it, and names who holds the slot', async () => {
    const { world, holder, older } = await inLine('reject');

    expect(await world.orchestrator.advance('execute', older.id)).toMatchObject({
      kind: 'settled',
      deployment: {
        state: { status: 'cancelled', reason: `rejected: ${holder.id} is being deployed` },
      },
    });
  });

  test('is left to the newest of those who wait, where the policy says so', async () => {
    const { world, holder, older, newer } = await inLine('supersede_waiting');

    expect(await world.orchestrator.advance('execute', newer.id)).toMatchObject({
      kind: 'in_line',
      behind: holder.id,
    });
    expect((await world.load(older.id)).state).toEqual({
      status: 'cancelled',
      reason: `superseded by ${newer.id} (3.0.0)`,
    });
    expect(await world.statusOf(holder.id)).toBe('approved');
    expect((await world.index.slot(newer)).waiting).toEqual([newer.id]);
  });

  test('that is free once those before it are superseded is tried again at once', async () => {
    const world = aWorld({ fixture: { policy: { onConflict: 'supersede_waiting' } } });
    const older = await world.planned();
    const newer = await world.planned({ version: '2.0.0' });

    expect(await world.orchestrator.advance('execute', newer.id)).toMatchObject({
      kind: 'busy',
      ms: 0,
    });
    expect(await world.statusOf(older.id)).toBe('cancelled');
    expect((await world.finish(newer.id)).state.status).toBe('completed');
  });

  test('does not supersede a rollback that waits before it, nor one that began meanwhile', async () => {
    const { world, older, newer } = await inLine('supersede_waiting');
    const row = world.state.deployments.get(older.id);
    if (row) row.deployment = { ...inStatus('rolling_back'), id: older.id };

    await world.orchestrator.advance('execute', newer.id);
    expect(await world.statusOf(older.id)).toBe('rolling_back');
  });

  test('is always waited for by a rollback, whatever the policy', async () => {
    const world = aWorld({ fixture: { policy: { onConflict: 'reject' } } });
    const done = await world.live('1.0.0', { removes: true });
    const next = await world.planned({ version: '2.0.0' });
    await world.store.claim(next.id, { kind: 'execute', worker: 'w0', leaseMs: LEASE });
    const order = { type: 'rollback', reason: 'slow' } as const;
    await world.orchestrator.command(done.id, order, 'ann');

    expect(await world.orchestrator.advance('rollback', done.id)).toMatchObject({
      kind: 'in_line',
      behind: next.id,
    });
  });

  test('is not taken from one that began while it was to be superseded', async () => {
    const { world, holder, older, newer } = await inLine('supersede_waiting');
    const append = world.store.append.bind(world.store);
    world.store.append = async (write) => {
      world.store.append = append;
      await world.orchestrator.command(older.id, give.beginFirst, 'w2', false);
      return append(write);
    };

    expect(await world.orchestrator.advance('execute', newer.id)).toMatchObject({
      kind: 'in_line',
      behind: holder.id,
    });
    expect(await world.statusOf(older.id)).toBe('executing');
  });

  test('under a policy that nobody here knows is an error, not a guess', async () => {
    const { world, older } = await inLine('coin toss' as never);

    await expect(world.orchestrator.advance('execute', older.id)).rejects.toThrow(
      'no case for "coin toss"',
    );
  });

  test('that a person’s command sets free goes to the next, whose work is published', async () => {
    const { world, holder, older } = await inLine('queue');
    await world.orchestrator.command(holder.id, { type: 'cancel', reason: 'no' }, 'ann');

    expect(world.published).toEqual([{ kind: 'execute', deploymentId: older.id, run: 2 }]);
  });
});
