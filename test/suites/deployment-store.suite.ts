import { beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { aDraft, API, v, web } from '../support/fixtures.js';
import { BEGIN, LEASE, type StoreHand } from '../support/store-hand.js';

/** What every store of deployments must do with one deployment, whatever it is made of. */
export function deploymentStoreSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(name, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    describe('creating', () => {
      test('the same request twice is one deployment', async () => {
        const { deployment, events } = aDraft();
        const first = await hand.store.create(deployment, events);
        const second = await hand.store.create(deployment, events);

        expect(first).toMatchObject({ ok: true, value: { created: true } });
        expect(second).toMatchObject({ ok: true, value: { created: false } });
        expect((await hand.index.counters()).draft).toBe(1);
        expect(await hand.index.events(deployment.id)).toEqual(events);
      });

      test('another request under the same id is a conflict that shows what exists', async () => {
        const { deployment, events } = aDraft({ version: '1.0.0' });
        await hand.store.create(deployment, events);
        const other = aDraft({ id: deployment.id, version: '2.0.0', digest: 'other' });

        const answer = await hand.store.create(other.deployment, other.events);

        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'store/conflict', existing: { version: '1.0.0' } },
        });
      });

      test('what was stored is what is loaded', async () => {
        const { id, ...rest } = await hand.create({ strategy: { kind: 'canary', wait: 5 } });

        expect(await hand.store.load(id)).toEqual({ id, ...rest });
      });
    });

    describe('a rollback to a named version', () => {
      test('stands before all others in line', async () => {
        const first = await hand.create();
        const back = await hand.create({ rollback: 'slow' });
        const urgent = await hand.create({ rollback: 'slower' });

        const { waiting } = await hand.index.slot(API);

        expect(waiting).toEqual([urgent.id, back.id, first.id]);
      });

      test('is given back as it is, with what it goes back past', async () => {
        const { id } = await hand.create({ rollback: 'slow' });
        const { fence } = await hand.claimed(id);
        const previous = { version: v('2.0.0'), deploymentId: id };
        const takesBack = {
          versions: [{ ...previous, since: 7 }],
          replaces: id,
          beneath: { previous, declared: null },
        };
        await hand.give(id, { ...BEGIN, takesBack }, fence);

        expect(await hand.store.load(id)).toMatchObject({
          rollback: { reason: 'slow' },
          takesBack,
        });
        expect((await hand.index.events(id)).at(-1)?.event).toMatchObject({ takesBack });
      });
    });

    describe('writing transitions', () => {
      test('moves state, counters and events together', async () => {
        const { id } = await hand.create();
        const { fence } = await hand.claimed(id);
        await hand.give(id, BEGIN, fence);

        expect((await hand.store.load(id))?.state).toEqual({
          status: 'executing',
          step: 0,
          waitUntil: null,
        });
        expect(await hand.index.counters()).toMatchObject({ approved: 0, executing: 1 });
        expect(
          (await hand.index.events(id)).map(({ sequence, event }) => [sequence, event.type]),
        ).toEqual([
          [1, 'deployment.planned'],
          [2, 'deployment.approved'],
          [3, 'deployment.started'],
        ]);
      });

      test('refuses a write that was decided on an older revision, and changes nothing', async () => {
        const before = await hand.create({ approve: false });
        await hand.write(before, { type: 'approve', by: null });

        const late = await hand.write(before, { type: 'cancel', reason: 'late' });

        expect(late).toEqual({ ok: false, error: { code: 'store/stale' } });
        expect((await hand.store.load(before.id))?.state.status).toBe('approved');
        expect(await hand.index.counters()).toMatchObject({ approved: 1, cancelled: 0 });
      });

      test('refuses a worker whose fence has been superseded', async () => {
        const before = await hand.create();
        const { fence } = await hand.claimed(before.id);
        await hand.claimAgain(before.id, fence);

        const answer = await hand.write(before, BEGIN, fence);

        expect(answer).toEqual({ ok: false, error: { code: 'store/fenced' } });
      });

      test('keeps what is known of each target beyond the deployment', async () => {
        const { id } = await hand.create({ version: '1.2.3' });
        await hand.complete(id);

        expect((await hand.index.targetStatuses(API)).get(web(1))).toMatchObject({
          ...{ version: ['1.2.3'], by: id, call: null },
        });
      });

      test('learns no version from a deployment that only moved the traffic of a target', async () => {
        const { id } = await hand.create({ version: '1.2.3' });
        await hand.complete(id);
        const { id: other } = await hand.create({ version: '2.0.0' });
        const fence = await hand.begun(other);
        const shares = { 'web-1': 2 / 3, 'web-9': 1 / 3 };
        const shifted = { type: 'deployment.shifted', step: 0, shares, evidence: {} } as const;
        await hand.give(other, shifted, fence);

        const known = await hand.index.targetStatuses(API);
        expect(known.get(web(1))).toMatchObject({ version: ['1.2.3'], by: id, weight: [2 / 3] });
        expect(known.get(web(2))).toMatchObject({ version: ['1.2.3'], by: id, weight: [0] });
      });
    });

    describe('claiming work', () => {
      test('gives each claim a higher fence', async () => {
        const { id } = await hand.create();
        const first = await hand.claimed(id);
        const second = await hand.claimAgain(id, first.fence);

        expect(second.fence).toBeGreaterThan(first.fence);
      });

      test('lets nobody else try while the lease lasts', async () => {
        const { id } = await hand.create();
        await hand.claimed(id);

        const other = await hand.claim(id);

        expect(other).toMatchObject({ kind: 'leased' });
        expect(other.kind === 'leased' && other.ms).toBeGreaterThan(0);
      });

      test('answers that other work is owed, or that there is no such deployment', async () => {
        const { id } = await hand.create();

        expect(await hand.claim(id, 'verify')).toMatchObject({ kind: 'not_owed' });
        expect(await hand.claim('dep_0000000000none' as DeploymentId)).toEqual({ kind: 'missing' });
      });

      test('a renewed lease is held, and is lost to a newer claim', async () => {
        const { id, revision } = await hand.create();
        const { fence } = await hand.claimed(id);

        expect(await hand.store.renew(id, fence, LEASE)).toEqual({ held: true, revision });
        await hand.claimAgain(id, fence);
        expect(await hand.store.renew(id, fence, LEASE)).toEqual({ held: false });
      });
    });

    describe('looking after owed work', () => {
      test('makes it a new job, unless a worker holds it', async () => {
        const { id, run } = await hand.create();
        expect(await hand.store.renewWork(id)).toEqual({
          kind: 'execute',
          deploymentId: id,
          run: run + 1,
        });

        await hand.claimed(id);
        expect(await hand.store.renewWork(id)).toBeNull();
      });

      test('leaves alone what waits for its slot, and what has ended', async () => {
        const first = await hand.create();
        const second = await hand.create();
        await hand.claimed(first.id);
        await hand.claim(second.id);
        expect(await hand.store.renewWork(second.id)).toBeNull();

        await hand.give(second.id, { type: 'cancel', reason: 'no' });
        expect(await hand.store.renewWork(second.id)).toBeNull();
      });

      test('finds nothing overdue that was owed only now, and one leader at a time', async () => {
        await hand.create();

        expect(await hand.store.overdue(10)).toEqual([]);
        expect(await hand.store.lead('w1', LEASE)).toBe(true);
        expect(await hand.store.lead('w2', LEASE)).toBe(false);
        expect(await hand.store.lead('w1', LEASE)).toBe(true);
      });
    });
  });
}
