import { failed } from '../../src/domain/plan/machine/failure.js';
import { stepEnd } from '../../src/domain/plan/conclusions/step-end.js';
import { wayBackEnd } from '../../src/domain/plan/conclusions/way-back-end.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { askAgain, inForce } from '../domain/plan/commands.js';
import { API, v, web } from '../support/fixtures.js';
import { BEGIN, LEASE, started, type StoreHand, updated } from '../support/store-hand.js';

const limits = [{ key: 'environment:production', most: 2 }];

/** What every store must tell of, and keep for, deployments that wait for something. */
export function deploymentWaitingSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(name, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    describe('what may keep a deployment from beginning', () => {
      async function rolledBack(afterRollback: 'hold_automation' | 'continue') {
        const good = await hand.create({ version: '1.0.0' });
        await hand.complete(good.id);
        const { id } = await hand.create({ version: '2.0.0', policy: { afterRollback } });
        const { fence } = await hand.claimed(id);
        await hand.give(id, BEGIN, fence);
        await hand.give(id, failed('unhealthy'), fence);
        await hand.store.release(id, fence, null);
        const back = await hand.claimed(id, 'rollback');
        await hand.give(id, wayBackEnd(null), back.fence);
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
        await hand.give(id, BEGIN, fence);

        expect((await hand.claimAgain(id, fence)).notices.automationHold).toBeNull();
      });
    });

    describe('an approved deployment whose approvals are wanted again', () => {
      test('is a draft again, and gives up slot, limits and lease to those that wait', async () => {
        const fixture = { configuration: 'then', limits: [{ key: 'all', most: 1 }] };
        const first = await hand.create(fixture);
        const { fence } = await hand.claimed(first.id);
        const second = await hand.create(fixture);
        expect((await hand.claim(second.id)).kind).toBe('waiting');

        const { handedTo } = await hand.give(first.id, askAgain(), fence);

        expect(handedTo).toMatchObject({ kind: 'execute', deploymentId: second.id });
        expect(await hand.index.slot(API)).toMatchObject({ holder: second.id, waiting: [] });
        expect((await hand.store.load(first.id))?.state).toEqual({ status: 'draft' });
        expect((await hand.claim(first.id)).kind).toBe('not_owed');
        expect((await hand.claim(second.id)).kind).toBe('claimed');
        expect((await hand.index.counters()).draft).toBe(1);
      });

      test('stands at the end of the line once it is approved again', async () => {
        const first = await hand.create({ configuration: 'then' });
        const { fence } = await hand.claimed(first.id);
        await hand.give(first.id, askAgain(), fence);
        const [second, third] = [await hand.create(), await hand.create()];
        await hand.claimed(second.id);

        await hand.give(first.id, { type: 'approve', by: 'ann', inForce: inForce() });

        expect(await hand.index.slot(API)).toMatchObject({
          ...{ holder: second.id, waiting: [third.id, first.id] },
        });
      });
    });

    describe('looking after what rests', () => {
      test('does not look at a draft before its approval expires, or at one that may wait for ever', async () => {
        const policy = { approval: 'required', approvalExpiry: 3_600_000 } as const;
        await hand.create({ approve: false, policy, at: Date.now() });
        await hand.create({ approve: false, policy: { approvalExpiry: null } });

        expect(await hand.store.overdue(10)).toEqual([]);
      });

      test('looks at a draft whose approval has expired', async () => {
        const policy = { approval: 'required', approvalExpiry: 1_000 } as const;
        const { id } = await hand.create({ approve: false, policy, at: Date.now() - 3_600_000 });

        expect(await hand.store.overdue(10)).toEqual([id]);
        await hand.store.postpone(id, 60_000);
        expect(await hand.store.overdue(10)).toEqual([]);
      });

      test('looks again at what is a draft again when its approvals expire, counted from then', async () => {
        const policy = { approval: 'required', approvalExpiry: 3_600_000 } as const;
        const { id } = await hand.create({ policy, configuration: 'then', at: 1_000 });
        const { fence } = await hand.claimed(id);
        const [before, now] = [await hand.store.load(id), Date.now()];
        if (before === undefined) throw new Error('it is gone');

        await hand.write(before, askAgain(), fence, {}, now);

        expect(await hand.store.overdue(10)).toEqual([]);
        expect(await hand.store.renewWork(id)).toBeNull();
      });

      test('keeps the lease of a paused deployment, for what its worker still has to end', async () => {
        const { id } = await hand.create();
        const { fence } = await hand.claimed(id);
        await hand.give(id, BEGIN, fence);
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
        const begun = await hand.give(id, BEGIN, fence);
        expect(begun.run).toBe(run + 1);

        const promoted = await hand.give(id, { type: 'promote', by: 'ann', all: false });

        expect(promoted.run).toBe(run + 2);
      });
    });

    describe('what was written', () => {
      test('is what is loaded: progress, analyses, traffic, flags and targets', async () => {
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
        const declared = {
          ...{ version: v('0.9.0'), others: { 'web-2': null }, missed: [web(1)] },
          shares: { 'web-1': 1 },
        };
        const flag = { step: 0, flag: 'f', percent: 10 };
        for (const said of [
          { ...BEGIN, declared, shares: { 'web-1': 1 }, replanned: created.plan.steps },
          { type: 'deployment.flag_started', ...flag, before: null },
          { type: 'deployment.flag_set', ...flag, evidence: { store: 'x' } },
          stepEnd(0),
          started(web(1), fence),
          updated(web(1)),
        ] as const) {
          await hand.give(id, said, fence);
        }

        const loaded = await hand.store.load(id);
        expect(loaded).toMatchObject({
          trigger: 'automation',
          state: { status: 'executing', step: 1 },
          ...{ declared, shares: { 'web-1': 1 } },
          progress: { flags: { f: { before: null, now: 10, settled: true } } },
        });
        expect(loaded?.progress.replanned).toEqual(created.plan.steps);
        expect(loaded?.targets.get(web(1))).toMatchObject({ state: 'updated', version: '1.0.0' });
        expect(loaded?.plan.limits).toEqual(limits);
      });
    });
  });
}
