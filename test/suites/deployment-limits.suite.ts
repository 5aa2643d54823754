import { beforeEach, describe, expect, test } from 'vitest';
import { environmentName, serviceName } from '../../src/domain/ids.js';
import { API, web } from '../support/fixtures.js';
import { LEASE, type StoreHand } from '../support/store-hand.js';

const other = { service: serviceName('other'), environment: environmentName('production') };
const limits = [
  { key: 'environment:production', most: 2 },
  { key: 'label:tier=db', most: 1 },
];
const halt = { type: 'halt', reason: 'leave it' } as const;

/** What every store must do for deployments that may not begin yet, or must let go. */
export function deploymentLimitsSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(name, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    describe('a limit', () => {
      test('is counted over services, and the first that is reached is told', async () => {
        const first = await hand.create({ limits });
        const second = await hand.create({ ref: other, limits });
        await hand.claimed(first.id);

        expect(await hand.claim(second.id)).toMatchObject({
          kind: 'limited',
          limit: { key: 'label:tier=db', most: 1 },
        });
        expect(await hand.index.slot(other)).toMatchObject({ holder: null, waiting: [second.id] });
      });

      test('does not count the same deployment twice', async () => {
        const { id } = await hand.create({ limits });
        const { fence } = await hand.claimed(id);

        expect((await hand.claimAgain(id, fence)).kind).toBe('claimed');
      });

      test('has room again when a deployment ends, and when one leaves', async () => {
        const first = await hand.create({ limits });
        const second = await hand.create({ ref: other, limits });
        const { fence } = await hand.claimed(first.id);
        await hand.give(first.id, { type: 'give_up', reason: 'broken' }, fence);
        const claim = await hand.claimed(second.id);
        await hand.store.release(second.id, claim.fence, null, true);
        const third = await hand.create({ limits });

        expect((await hand.claim(third.id)).kind).toBe('claimed');
      });

      test('counts nothing of a deployment that another limit keeps back', async () => {
        const first = await hand.create({ limits: [{ key: 'a', most: 1 }] });
        const second = await hand.create({
          ref: other,
          limits: [
            { key: 'b', most: 1 },
            { key: 'a', most: 1 },
          ],
        });
        const third = await hand.create({
          ref: { ...other, service: serviceName('third') },
          limits: [{ key: 'b', most: 1 }],
        });
        await hand.claimed(first.id);
        expect((await hand.claim(second.id)).kind).toBe('limited');

        expect((await hand.claim(third.id)).kind).toBe('claimed');
      });
    });

    describe('leaving the slot', () => {
      test('hands it to the next in line, whose work is owed then', async () => {
        const first = await hand.create();
        const second = await hand.create();
        const { fence } = await hand.claimed(first.id);

        expect(await hand.store.release(first.id, fence, null, true)).toEqual({
          ...{ kind: 'execute', deploymentId: second.id, run: second.run + 1 },
        });
        expect(await hand.index.slot(API)).toMatchObject({ holder: second.id, waiting: [] });
        expect(await hand.claim(first.id)).toMatchObject({ kind: 'waiting', holder: second.id });
      });

      test('leaves it free where nobody waits, for whoever comes first', async () => {
        const { id } = await hand.create();
        const { fence } = await hand.claimed(id);

        expect(await hand.store.release(id, fence, null, true)).toBeNull();
        expect(await hand.index.slot(API)).toMatchObject({ holder: null, waiting: [] });
        const next = await hand.create();
        expect((await hand.claim(next.id)).kind).toBe('claimed');
      });

      test('is not for one whose fence has been overtaken', async () => {
        const { id } = await hand.create();
        const { fence } = await hand.claimed(id);
        await hand.claimAgain(id, fence);

        expect(await hand.store.release(id, fence, null, true)).toBeNull();
        expect((await hand.index.slot(API)).holder).toBe(id);
      });

      test('giving up only the lease keeps the slot', async () => {
        const { id } = await hand.create();
        await hand.create();
        const { fence } = await hand.claimed(id);

        expect(await hand.store.release(id, fence, null)).toBeNull();
        expect((await hand.index.slot(API)).holder).toBe(id);
      });

      test('by the first in line for a free slot, when it is cancelled, wakes the next', async () => {
        const first = await hand.create();
        const second = await hand.create();
        expect((await hand.claim(second.id)).kind).toBe('waiting');

        const { handedTo } = await hand.give(first.id, { type: 'cancel', reason: 'no' });

        expect(handedTo).toMatchObject({ deploymentId: second.id });
        expect((await hand.claim(second.id)).kind).toBe('claimed');
      });
    });

    describe('a deployment that is ended from outside', () => {
      test('lets nobody begin before its worker has let go', async () => {
        const first = await hand.create();
        const second = await hand.create();
        const { fence } = await hand.claimed(first.id);
        await hand.give(first.id, { type: 'begin', previous: null }, fence);

        const { handedTo } = await hand.give(first.id, halt);

        expect(handedTo).toMatchObject({ deploymentId: second.id });
        const busy = await hand.claim(second.id);
        expect(busy.kind).toBe('leased');
        expect(busy.kind === 'leased' && busy.ms).toBeGreaterThan(0);
        expect(await hand.store.renew(first.id, fence, LEASE)).toEqual({ held: false });
        await hand.store.release(first.id, fence, null);
        expect((await hand.claim(second.id)).kind).toBe('claimed');
      });

      test('has no work that anybody must look at', async () => {
        const { id } = await hand.create();
        await hand.claimed(id);
        await hand.give(id, { type: 'give_up', reason: 'broken' });

        expect(await hand.store.renewWork(id)).toBeNull();
      });
    });

    describe('what may keep a deployment from beginning', () => {
      const failed = { type: 'rollback', reason: 'unhealthy', cause: 'failure' } as const;

      async function rolledBack(afterRollback: 'hold_automation' | 'continue') {
        const good = await hand.create({ version: '1.0.0' });
        await hand.complete(good.id);
        const { id } = await hand.create({ version: '2.0.0', policy: { afterRollback } });
        const { fence } = await hand.claimed(id);
        await hand.give(id, { type: 'begin', previous: null }, fence);
        await hand.give(id, failed, fence);
        await hand.store.release(id, fence, null);
        const back = await hand.claimed(id, 'rollback');
        await hand.give(id, { type: 'finish_rollback', verification: null }, back.fence);
        return id;
      }

      test('is nothing, as a rule', async () => {
        const { id } = await hand.create();

        expect((await hand.claimed(id)).notices).toEqual({ freezes: [], automationHold: null });
      });

      test('is the hold that an automatic rollback left, told to those who claim and those who wait', async () => {
        const id = await rolledBack('hold_automation');
        const next = await hand.create({ trigger: 'automation' });
        const waiting = await hand.create();
        const held = { reason: 'unhealthy', deploymentId: id };

        expect((await hand.claimed(next.id)).notices.automationHold).toMatchObject(held);
        expect(await hand.claim(waiting.id)).toMatchObject({
          ...{ kind: 'waiting', holder: next.id },
          notices: { automationHold: held, freezes: [] },
        });
      });

      test('is none where the policy goes on', async () => {
        await rolledBack('continue');
        const next = await hand.create();

        expect((await hand.claimed(next.id)).notices.automationHold).toBeNull();
      });

      test('is not told to what has begun', async () => {
        await rolledBack('hold_automation');
        const { id } = await hand.create();
        const { fence } = await hand.claimed(id);
        await hand.give(id, { type: 'begin', previous: null }, fence);

        expect((await hand.claimAgain(id, fence)).notices.automationHold).toBeNull();
      });
    });

    describe('looking after what rests', () => {
      test('does not look at a draft before its approval expires, or at one that may wait for ever', async () => {
        const policy = { approval: 'required', approvalExpiry: 3_600_000 } as const;
        await hand.create({ approve: false, policy, at: Date.now() });
        await hand.create({ approve: false });

        expect(await hand.store.overdue(10)).toEqual([]);
      });

      test('looks at a draft whose approval has expired', async () => {
        const policy = { approval: 'required', approvalExpiry: 1_000 } as const;
        const { id } = await hand.create({ approve: false, policy, at: Date.now() - 3_600_000 });

        expect(await hand.store.overdue(10)).toEqual([id]);
        await hand.store.postpone(id, 60_000);
        expect(await hand.store.overdue(10)).toEqual([]);
      });

      test('keeps the lease of a paused deployment, for what its worker still has to end', async () => {
        const { id } = await hand.create();
        const { fence } = await hand.claimed(id);
        await hand.give(id, { type: 'begin', previous: null }, fence);
        await hand.give(id, { type: 'pause', reason: 'lunch' });

        expect(await hand.store.renew(id, fence, LEASE)).toMatchObject({ held: true });
        expect((await hand.claim(id)).kind).toBe('not_owed');
        await hand.store.release(id, fence, null);
        expect(await hand.store.renewWork(id)).toBeNull();
        expect((await hand.index.slot(API)).holder).toBe(id);
      });

      test('makes a promotion and an override new work, though the same work was owed', async () => {
        const steps = [
          { kind: 'gate', name: 'go' },
          { kind: 'deploy', targets: 'all' },
        ] as const;
        const { id, run } = await hand.create({ strategy: { kind: 'steps', steps } });
        const overridden = await hand.give(id, { type: 'override', by: 'ann', reason: 'now' });
        expect(overridden.run).toBe(run + 1);
        const { fence } = await hand.claimed(id);
        const begun = await hand.give(id, { type: 'begin', previous: null }, fence);
        expect(begun.run).toBe(run + 1);

        const promoted = await hand.give(id, { type: 'promote', by: 'ann', all: false });

        expect(promoted.run).toBe(run + 2);
      });
    });

    describe('what was written', () => {
      test('is what is loaded: course, analyses, traffic, flags and targets', async () => {
        const steps = [
          { kind: 'set_flag', flag: 'f', percent: 10 },
          { kind: 'deploy', targets: 'all' },
          { kind: 'gate', name: 'go' },
        ] as const;
        const strategy = { kind: 'steps', steps } as const;
        const fixture = {
          strategy,
          flags: true,
          router: true,
          trigger: 'automation',
          limits,
        } as const;
        const created = await hand.create(fixture);
        const { id } = created;
        expect(await hand.store.load(id)).toEqual(created);
        const { fence } = await hand.claimed(id);
        for (const order of [
          { type: 'begin', previous: null, live: [web(1)], replanned: created.plan.steps },
          { type: 'start_flag', step: 0, before: null },
          { type: 'finish_flag', step: 0, evidence: { store: 'x' } },
          { type: 'complete_step', step: 0 },
          { type: 'start_target', target: web(1), fence, worker: 'w1' },
          { type: 'update_target', target: web(1), evidence: { shown: true } },
        ] as const) {
          await hand.give(id, order, fence);
        }

        const loaded = await hand.store.load(id);
        expect(loaded).toMatchObject({
          trigger: 'automation',
          state: { status: 'executing', step: 1 },
          course: { live: ['web-1'], flags: { f: { before: null, now: 10, settled: true } } },
        });
        expect(loaded?.course.replanned).toEqual(created.plan.steps);
        expect(loaded?.targets.get(web(1))).toMatchObject({ state: 'updated', away: true });
        expect(loaded?.plan.limits).toEqual(limits);
      });
    });
  });
}
