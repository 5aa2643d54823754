import { beforeEach, describe, expect, test } from 'vitest';
import type { PromotionStore } from '../../src/domain/promotion/promotion-store.js';
import { type Promotion, promotionId, turned } from '../../src/domain/promotion/promotion.js';
import { aPromotion, HERE, PRODUCTION } from '../domain/promotion/promotions.js';

const dropped = (promotion: Promotion): Promotion =>
  turned(promotion, { status: 'dropped', reason: 'replaced' });

/** What every store of promotions must keep right. */
export function promotionStoreSuite(name: string, make: () => Promise<PromotionStore>): void {
  describe(name, () => {
    let store: PromotionStore;
    beforeEach(async () => {
      store = await make();
    });

    const begun = async (lookInMs = 0, more: Partial<Promotion> = {}): Promise<Promotion> => {
      const after = aPromotion(more);
      await store.write({ changes: [{ before: null, after, lookInMs }] });
      return after;
    };

    test('gives back what was stored, and nothing of what was not', async () => {
      const promotion = await begun();

      expect(await store.load(promotion.id)).toEqual(promotion);
      expect(await store.load(promotionId('dep_0123456789.nowhere'))).toBeUndefined();
    });

    test('moves the cursor in the same write as what the events led to', async () => {
      expect(await store.cursor()).toBeNull();
      const after = aPromotion();
      const changes = [{ before: null, after, lookInMs: 0 }];

      expect((await store.write({ changes, cursor: { from: null, to: '7-0' } })).ok).toBe(true);
      expect(await store.cursor()).toBe('7-0');
      expect(await store.load(after.id)).toEqual(after);
    });

    test('writes nothing for one who read from an older cursor', async () => {
      await store.write({ changes: [], cursor: { from: null, to: '7-0' } });
      const after = aPromotion();
      const changes = [{ before: null, after, lookInMs: 0 }];

      expect(await store.write({ changes, cursor: { from: null, to: '9-0' } })).toEqual({
        ok: false,
        error: { code: 'store/stale' },
      });
      expect(await store.cursor()).toBe('7-0');
      expect(await store.load(after.id)).toBeUndefined();
    });

    test('writes nothing at all where one of several promotions was written since', async () => {
      const one = await begun();
      const other = await begun();
      await store.write({ changes: [{ before: one, after: dropped(one), lookInMs: 0 }] });

      const answer = await store.write({
        changes: [
          { before: other, after: dropped(other), lookInMs: 0 },
          { before: one, after: turned(one, { status: 'promoting' }), lookInMs: 0 },
        ],
        cursor: { from: null, to: '7-0' },
      });

      expect(answer).toEqual({ ok: false, error: { code: 'store/stale' } });
      expect(await store.load(other.id)).toEqual(other);
      expect(await store.cursor()).toBeNull();
    });

    test('leaves a promotion that has begun before as it is', async () => {
      const first = await begun();
      const ended = dropped(first);
      await store.write({ changes: [{ before: first, after: ended, lookInMs: 0 }] });
      const answer = await store.write({
        changes: [{ before: null, after: first, lookInMs: 0 }],
        cursor: { from: null, to: '7-0' },
      });

      expect(answer.ok).toBe(true);
      expect(await store.load(first.id)).toEqual(ended);
      expect(await store.cursor()).toBe('7-0');
      expect(await store.due(10)).toEqual([]);
    });

    test('is due when its soak is over, and no more once it was put off', async () => {
      const soaked = await begun(0);
      await begun(60_000);
      expect(await store.due(10)).toEqual([soaked.id]);

      await store.postpone(soaked, 60_000);
      expect(await store.due(10)).toEqual([]);
    });

    test('is not put off by one who did not see the last write', async () => {
      const before = await begun(60_000);
      const after = turned(before, { status: 'promoting' });
      await store.write({ changes: [{ before, after, lookInMs: 0 }] });
      await store.postpone(before, 60_000);

      expect(await store.due(10)).toEqual([before.id]);
    });

    test('one that waits for a person is open and not due', async () => {
      const before = await begun();
      const after = turned(before, { status: 'ready', reason: 'as configured' });
      await store.write({ changes: [{ before, after, lookInMs: 0 }] });
      await store.postpone(after, 0);

      expect(await store.due(10)).toEqual([]);
      expect(await store.openOf(HERE)).toEqual([after]);
      expect(await store.list({ open: true, limit: 10 })).toEqual([after]);
    });

    test('tells the open ones of a service, until they end', async () => {
      const before = await begun();
      expect(await store.openOf(HERE)).toEqual([before]);
      expect(await store.openOf({ ...HERE, environment: PRODUCTION })).toEqual([]);

      await store.write({ changes: [{ before, after: dropped(before), lookInMs: 0 }] });
      expect(await store.openOf(HERE)).toEqual([]);
      expect(await store.due(10)).toEqual([]);
      expect(await store.list({ open: true, limit: 10 })).toEqual([]);
      expect(await store.list({ open: false, limit: 10 })).toEqual([dropped(before)]);
    });

    test('lists the newest first', async () => {
      const made = [];
      for (let at = 1; at <= 3; at++) made.unshift(await begun(0, { createdAt: at }));

      expect(await store.list({ open: true, limit: 2 })).toEqual(made.slice(0, 2));
    });
  });
}
