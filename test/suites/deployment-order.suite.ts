import { wayBackEnd } from '../../src/domain/plan/conclusions/way-back-end.js';
import { givenUp } from '../../src/domain/plan/machine/failure.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { type DeploymentId, serviceName, type TargetId } from '../../src/domain/model/ids.js';
import { UnknownHistoryPosition } from '../../src/domain/ports/deployment-index.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { anId, API, v, web } from '../support/fixtures.js';
import { started, type StoreHand } from '../support/store-hand.js';

const restoring = (target: TargetId, fence: number) =>
  ({ type: 'deployment.target_restoring', target, version: GOOD, fence, worker: 'w1' }) as const;
const restored = (target: TargetId) =>
  ({ type: 'deployment.target_restored', target, version: GOOD, evidence: {} }) as const;
const GOOD = v('1.0.0');

/** What every store must keep right between deployments: slot and line, active version and stable, history. */
export function deploymentOrderSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(name, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    describe('the slot', () => {
      test('belongs to one deployment of a service; the next one waits in line', async () => {
        const first = await hand.create();
        const second = await hand.create();
        await hand.claimed(first.id);

        expect(await hand.claim(second.id)).toMatchObject({ kind: 'waiting', holder: first.id });
        expect(await hand.index.slot(API)).toMatchObject({
          holder: first.id,
          waiting: [second.id],
        });
      });

      test('goes to whoever was approved first, even when the later one asks first', async () => {
        const first = await hand.create();
        const second = await hand.create();

        expect(await hand.claim(second.id)).toMatchObject({ kind: 'waiting', holder: first.id });
        expect((await hand.claim(first.id)).kind).toBe('claimed');
      });

      test('is handed to the next in line in the write that ends its holder', async () => {
        const first = await hand.create();
        const second = await hand.create();
        const { fence } = await hand.claimed(first.id);
        await hand.claim(second.id);

        const ending = givenUp('broken');
        const { handedTo } = await hand.give(first.id, ending, fence);

        expect(handedTo).toEqual({ kind: 'execute', deploymentId: second.id, run: second.run + 1 });
        expect(await hand.index.slot(API)).toMatchObject({ holder: second.id, waiting: [] });
        expect((await hand.claim(second.id)).kind).toBe('claimed');
      });

      test('is not taken again by a late job of a deployment that has ended', async () => {
        const { id } = await hand.create();
        await hand.complete(id);

        expect((await hand.claim(id)).kind).toBe('not_owed');
        expect((await hand.index.slot(API)).holder).toBeNull();
      });

      test('is left by a deployment that is cancelled in line', async () => {
        const first = await hand.create();
        const second = await hand.create();
        await hand.claimed(first.id);
        await hand.give(second.id, { type: 'cancel', reason: 'not needed' });

        expect((await hand.index.slot(API)).waiting).toEqual([]);
      });

      test('a draft does not wait for it, an approved plan does', async () => {
        const draft = await hand.create({ approve: false });
        expect((await hand.index.slot(API)).waiting).toEqual([]);

        await hand.give(draft.id, { type: 'approve', by: 'ann' });
        expect((await hand.index.slot(API)).waiting).toEqual([draft.id]);
      });

      test('a rollback of a finished deployment goes before those who wait', async () => {
        const good = await hand.create({ version: '1.0.0' });
        await hand.complete(good.id);
        const better = await hand.create({ version: '2.0.0' });
        await hand.complete(better.id);
        const next = await hand.create({ version: '3.0.0' });
        await hand.give(better.id, { type: 'rollback', reason: 'slow' });

        expect((await hand.index.slot(API)).waiting).toEqual([better.id, next.id]);
      });
    });

    describe('the active deployment', () => {
      test('is set by completion only, and names the version that is everywhere', async () => {
        const { id } = await hand.create({ version: '1.0.0' });
        expect(await hand.index.active(API)).toBeNull();
        await hand.complete(id);

        expect(await hand.index.active(API)).toMatchObject({ version: '1.0.0', deploymentId: id });
        expect(await hand.index.activeDeployments()).toHaveLength(1);
      });

      test('is the one below again after a rollback', async () => {
        const first = await hand.create({ version: '1.0.0' });
        await hand.complete(first.id);
        const second = await hand.create({ version: '2.0.0' });
        await hand.complete(second.id);
        await hand.give(second.id, { type: 'rollback', reason: 'slow' });
        const { fence, service } = await hand.claimed(second.id, 'rollback');
        for (const target of [web(1), web(2)]) {
          await hand.give(second.id, restoring(target, fence), fence);
          await hand.give(second.id, restored(target), fence);
        }
        await hand.give(second.id, wayBackEnd(null), fence);

        expect(service.stable.map(({ deploymentId }) => deploymentId)).toEqual([
          ...[second.id, first.id],
        ]);
        expect(await hand.index.active(API)).toMatchObject({
          version: '1.0.0',
          deploymentId: first.id,
        });
        expect((await hand.index.versions(API)).stable.map(({ version }) => version)).toEqual([
          '1.0.0',
        ]);
      });

      test('is unknown after a failure that left targets with another version', async () => {
        const first = await hand.create({ version: '1.0.0' });
        await hand.complete(first.id);
        const second = await hand.create({ version: '2.0.0' });
        const fence = await hand.begun(second.id);
        await hand.give(second.id, started(web(1), fence));
        await hand.give(second.id, givenUp('broken'));

        expect(await hand.index.active(API)).toMatchObject({
          version: null,
          deploymentId: second.id,
        });
      });

      test('is unknown as long as one of those who failed has left something behind', async () => {
        const good = await hand.create({ version: '1.0.0' });
        await hand.complete(good.id);
        const second = await failedOn(web(2), '2.0.0');
        const third = await failedOn(web(1), '3.0.0');
        await goBack(third, web(1));
        expect(await hand.index.active(API)).toMatchObject({ version: null, deploymentId: third });
        await goBack(second, web(2));

        expect(await hand.index.active(API)).toMatchObject({
          version: '1.0.0',
          deploymentId: good.id,
        });
      });

      const failedOn = async (target: TargetId, version: string): Promise<DeploymentId> => {
        const { id } = await hand.create({ version });
        const fence = await hand.begun(id);
        await hand.give(id, started(target, fence));
        await hand.give(id, givenUp('broken'), fence);
        return id;
      };
      const goBack = async (id: DeploymentId, target: TargetId): Promise<void> => {
        await hand.give(id, { type: 'rollback', reason: 'again' });
        const { fence } = await hand.claimed(id, 'rollback');
        await hand.give(id, restoring(target, fence), fence);
        await hand.give(id, restored(target), fence);
        await hand.give(id, wayBackEnd(null), fence);
      };

      test('is not touched by a failure before any target was', async () => {
        const first = await hand.create({ version: '1.0.0' });
        await hand.complete(first.id);
        const second = await hand.create({ version: '2.0.0' });
        await hand.give(second.id, givenUp('broken'));

        expect(await hand.index.active(API)).toMatchObject({ version: '1.0.0' });
      });
    });

    describe('history', () => {
      test('is newest first, in pages, for all or for one service', async () => {
        const ids: DeploymentId[] = [];
        for (let at = 1; at <= 5; at++) ids.push((await hand.create({ at })).id);
        const newestFirst = ids.toReversed();

        const first = await hand.index.history({ limit: 2 });
        const second = await hand.index.history({ limit: 2, after: first.next ?? undefined });
        const third = await hand.index.history({
          ref: API,
          limit: 2,
          after: second.next ?? undefined,
        });

        expect(first.items.map(({ id }) => id)).toEqual(newestFirst.slice(0, 2));
        expect(second.items.map(({ id }) => id)).toEqual(newestFirst.slice(2, 4));
        expect(third).toMatchObject({ items: [{ id: newestFirst[4] }], next: null });
      });

      test('has no page behind what is not in it', async () => {
        const [first, last] = [await hand.create({ at: 1 }), await hand.create({ at: 2 })];
        const other = { ...API, service: serviceName('web') };

        await expect(hand.index.history({ limit: 2, after: anId() })).rejects.toThrow(
          `it goes from ${last.id} (the newest) to ${first.id}`,
        );
        await expect(hand.index.history({ ref: other, limit: 2, after: first.id })).rejects.toThrow(
          UnknownHistoryPosition,
        );
      });

      test('tells which deployment ended last and which is the newest open one', async () => {
        const first = await hand.create({ at: 1 });
        const second = await hand.create({ at: 2 });
        await hand.give(first.id, { type: 'cancel', reason: 'no' });

        expect((await hand.index.lastEnded())?.id).toBe(first.id);
        expect((await hand.index.newestOpen())?.id).toBe(second.id);
        expect(isTerminal((await hand.index.lastEnded())?.state.status ?? 'draft')).toBe(true);
      });
    });
  });
}
