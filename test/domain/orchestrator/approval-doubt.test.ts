import { describe, expect, test } from 'vitest';
import type { ConfigurationsInForce } from '../../../src/domain/fleet/approval-in-force.js';
import type { ApprovalInForce } from '../../../src/domain/policy/approval.js';
import { API, type DeploymentFixture } from '../../support/fixtures.js';
import { inForce } from '../plan/commands.js';
import { aWorld } from './world.js';

interface Told {
  own?: string | null;
  heard?: ApprovalInForce | null;
  fresh?: ApprovalInForce | null;
}

/** A service that asks for approval, and a worker that hears of the configurations of others. */
function aWorldOf(told: Told, fixture: DeploymentFixture = {}) {
  const configurations: ConfigurationsInForce = {
    own: () => told.own ?? null,
    approval: async (_, fresh) => (fresh ? (told.fresh ?? told.heard) : told.heard) ?? null,
  };
  const planned = { configuration: 'then', policy: { approval: 'required' } } as const;
  return aWorld({ ports: { configurations }, fixture: { ...planned, ...fixture } });
}

const then = inForce({}, 'then');

describe('an approved deployment that is about to begin', () => {
  test('begins where its configuration is the one that was approved', async () => {
    const world = aWorldOf({ own: 'then', heard: then });

    expect((await world.live('1.0.0')).state.status).toBe('completed');
  });

  test('is a draft again where that changed since, gives its slot up, and begins once it is approved anew', async () => {
    const told: Told = { own: 'now', heard: inForce() };
    const world = aWorldOf(told);
    const { id } = await world.planned();
    const next = await world.planned({ configuration: 'now', version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('draft');
    expect(await world.eventsOf(id)).toContain('deployment.approvals_lapsed');
    expect(world.driver.calls).toEqual([]);
    expect((await world.index.slot(API)).holder).toBe(next.id);
    expect((await world.finish(next.id)).state.status).toBe('completed');
    expect(await world.order(id, { type: 'approve', by: 'ann' })).toBeNull();
    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(ended.progress.approvedFor).toBe('now');
  });

  test('begins where approvals are kept, or none are asked for', async () => {
    const keeps = aWorldOf({ own: 'now', heard: inForce({ approvalOnChange: 'keep' }) });
    const free = aWorldOf({ own: 'now', heard: inForce({ approval: 'none' }) });

    expect((await keeps.live('1.0.0')).state.status).toBe('completed');
    expect((await free.live('1.0.0')).state.status).toBe('completed');
  });

  test('loses no approval for what a worker has not heard of yet', async () => {
    const world = aWorldOf({ own: 'then', heard: inForce({}, 'older'), fresh: then });
    const gone = aWorldOf({ own: 'then', heard: inForce({}, 'older') });
    const unknown: ConfigurationsInForce = {
      own: () => 'then',
      approval: async (_, fresh) => (fresh ? null : inForce()),
    };

    expect((await world.live('1.0.0')).state.status).toBe('completed');
    expect((await gone.live('1.0.0')).state.status).toBe('draft');
    const silent = aWorld({
      ports: { configurations: unknown },
      fixture: { configuration: 'then' },
    });
    expect((await silent.live('1.0.0')).state.status).toBe('completed');
  });

  test('waits for a worker that has what was approved', async () => {
    const told: Told = { own: 'older', heard: then };
    const world = aWorldOf(told);
    const { id } = await world.planned();

    const ending = await world.orchestrator.advance('execute', id);

    expect(ending).toMatchObject({ kind: 'wait_until', until: world.clock.now() + 2_000 });
    expect((await world.load(id)).progress.hold).toMatchObject({
      kind: 'approval',
      reason: 'it was approved for a newer configuration than this worker has',
    });
    expect((await world.index.slot(API)).holder).toBeNull();
    told.own = 'then';
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('sends nobody away whose place it would not take', async () => {
    const policy = { approval: 'required', onConflict: 'supersede_waiting' } as const;
    const told: Told = { own: 'then', heard: then };
    const world = aWorldOf(told, { policy });
    const holder = await world.planned();
    await world.orchestrator.advance('verify', holder.id);
    const waits = await world.planned({ version: '2.0.0' });
    const newer = await world.planned({ version: '3.0.0' });
    await world.store.claim(holder.id, { kind: 'execute', worker: 'w9', leaseMs: 60_000 });

    told.own = 'older';
    expect(await world.orchestrator.advance('execute', newer.id)).toMatchObject({
      kind: 'wait_until',
    });
    Object.assign(told, { own: 'now', heard: inForce() });
    expect(await world.orchestrator.advance('execute', newer.id)).toMatchObject({
      ...{ kind: 'settled', deployment: { state: { status: 'draft' } } },
    });
    expect(await world.statusOf(waits.id)).toBe('approved');
  });

  test('is asked nothing where it goes back to a version, or goes on where it stopped', async () => {
    const world = aWorldOf({ own: 'now', heard: inForce() });
    const back = await world.planned({ rollback: 'slow' });

    expect((await world.finish(back.id)).state.status).toBe('completed');
  });
});
