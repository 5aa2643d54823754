import { stepEnd } from '../../src/domain/plan/conclusions/step-end.js';
import { givenUp } from '../../src/domain/plan/machine/failure.js';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PlanCommand } from '../../src/domain/plan/machine/plan-command.js';
import { API, web } from '../support/fixtures.js';
import { BEGIN, LEASE, started, type StoreHand, updated } from '../support/store-hand.js';

const FORCE: PlanCommand = { type: 'force_end', by: 'ann', reason: 'it hangs' };

/** What every store must do with a deployment that somebody ends by force. */
export function forcedEndSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(`${name}, of a deployment that is ended by force`, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    async function inMidCall() {
      const { id } = await hand.create({ version: '2.0.0' });
      const { fence } = await hand.claimed(id);
      await hand.give(id, BEGIN, fence);
      await hand.give(id, started(web(1), fence), fence);
      const deployment = await hand.store.load(id);
      if (deployment === undefined) throw new Error(`no ${id}`);
      return { id, fence, deployment };
    }
    const done = updated(web(1));

    test('moves state, active version, targets and slot together', async () => {
      await hand.complete((await hand.create({ version: '1.0.0' })).id);
      const { id } = await inMidCall();
      const next = await hand.create({ version: '3.0.0' });
      expect(await hand.claim(next.id)).toMatchObject({ kind: 'waiting', holder: id });

      const { handedTo } = await hand.give(id, FORCE);

      expect(handedTo).toMatchObject({ deploymentId: next.id, kind: 'execute' });
      expect(await hand.index.slot(API)).toMatchObject({ holder: next.id, waiting: [] });
      expect(await hand.index.active(API)).toMatchObject({ version: null, deploymentId: id });
      expect((await hand.index.targetStatuses(API)).get(web(1))).toMatchObject({
        version: ['1.0.0', '?', '2.0.0'],
        call: { deploymentId: id, action: 'deploy' },
      });
      expect(await hand.index.counters()).toMatchObject({ executing: 0, failed: 1, approved: 1 });
      expect((await hand.index.events(id)).at(-1)?.event).toMatchObject({
        type: 'deployment.failed',
        forced: true,
      });
    });

    test('refuses whatever its worker writes from then on, and keeps its lease no longer', async () => {
      const { id, fence, deployment } = await inMidCall();
      await hand.give(id, FORCE);

      const fenced = { ok: false, error: { code: 'store/fenced' } };
      expect(await hand.write(deployment, done, fence)).toEqual(fenced);
      expect(await hand.store.renew(id, fence, LEASE)).toEqual({ held: false });
      expect(await hand.store.release(id, fence, null)).toBeNull();
    });

    test('lets nobody begin before the lease of its worker has run out', async () => {
      const { id } = await inMidCall();
      const next = await hand.create();
      await hand.claim(next.id);
      await hand.give(id, FORCE);

      expect(await hand.claim(next.id)).toMatchObject({ kind: 'leased' });
    });

    test('shuts the worker out also where it came too late, so that the next try succeeds', async () => {
      const { id, fence, deployment } = await inMidCall();
      await hand.give(id, done, fence);

      const late = await hand.write(deployment, FORCE);

      expect(late).toEqual({ ok: false, error: { code: 'store/stale' } });
      const meanwhile = await hand.store.load(id);
      expect(meanwhile?.state.status).toBe('executing');
      expect(await hand.store.renew(id, fence, LEASE)).toEqual({ held: false });
      await expect(hand.give(id, stepEnd(0), fence)).rejects.toThrow('store/fenced');
      await hand.give(id, FORCE);
      expect((await hand.store.load(id))?.state.status).toBe('failed');
    });

    test('changes nothing of what has ended meanwhile', async () => {
      const { id, deployment } = await inMidCall();
      await hand.give(id, givenUp('no use'));
      const ended = await hand.store.load(id);

      expect(await hand.write(deployment, FORCE)).toMatchObject({ ok: false });
      expect(await hand.store.load(id)).toEqual(ended);
    });

    test('gives the place in the line up of a rollback that only waits', async () => {
      const first = await hand.create({ version: '1.0.0', removes: true });
      await hand.complete(first.id);
      const { id } = await inMidCall();
      await hand.give(first.id, { type: 'rollback', reason: 'bad' });
      expect(await hand.claim(first.id, 'rollback')).toMatchObject({ kind: 'waiting' });

      await hand.give(first.id, FORCE);

      expect(await hand.index.slot(API)).toMatchObject({ holder: id, waiting: [] });
      expect(await hand.index.active(API)).toMatchObject({ version: '1.0.0' });
    });
  });
}
