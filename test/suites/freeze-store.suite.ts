import { beforeEach, describe, expect, test } from 'vitest';
import { environmentName, type ServiceRef, serviceName } from '../../src/domain/model/ids.js';
import type { Freeze } from '../../src/domain/model/plan/freeze.js';
import type { AutomationHold } from '../../src/domain/model/hold.js';
import type { FreezeStore } from '../../src/domain/ports/freeze-store.js';

export interface FreezeHand {
  readonly store: FreezeStore;
  /** As the end of an automatic rollback does it. */
  hold(ref: ServiceRef, hold: AutomationHold): Promise<void>;
}

const API: ServiceRef = {
  environment: environmentName('production'),
  service: serviceName('api'),
};
const HOLD: AutomationHold = { reason: 'unhealthy', since: 5_000, deploymentId: 'dep_0123456789' };

const aFreeze = (rest: Partial<Freeze> = {}): Freeze => ({
  id: 'stocktaking',
  scope: { environment: 'production', service: null, labels: { tier: 'db' } },
  reason: 'stocktaking',
  by: 'ann',
  from: 1_000,
  until: null,
  ...rest,
});

/** What every store of freezes must do, whatever it is made of. */
export function freezeStoreSuite(name: string, make: () => Promise<FreezeHand>): void {
  describe(name, () => {
    let store: FreezeStore;
    let hold: FreezeHand['hold'];
    beforeEach(async () => {
      const hand = await make();
      ({ store } = hand);
      hold = (ref, what) => hand.hold(ref, what);
    });

    test('what was put is what is listed, by its start, then by id', async () => {
      const later = aFreeze({ id: 'a', from: 2_000, by: null, until: 32_503_680_000_000 });
      const everything = { environment: null, service: null, labels: {} };
      await store.put(later);
      await store.put(aFreeze({ id: 'c' }));
      await store.put(aFreeze({ id: 'b', scope: everything }));

      expect(await store.list()).toEqual([
        aFreeze({ id: 'b', scope: everything }),
        aFreeze({ id: 'c' }),
        later,
      ]);
    });

    test('one that is still to come is listed, one that is over is not', async () => {
      await store.put(aFreeze({ id: 'over', until: 2_000 }));
      await store.put(aFreeze({ id: 'to-come', from: 32_503_680_000_000 }));

      expect(await store.list()).toMatchObject([{ id: 'to-come' }]);
      expect(await store.list()).toHaveLength(1);
    });

    test('another one with the same id takes its place', async () => {
      await store.put(aFreeze());
      await store.put(aFreeze({ reason: 'longer than we thought' }));

      expect(await store.list()).toMatchObject([{ reason: 'longer than we thought' }]);
    });

    test('lifting one gives it back, once, and leaves the others', async () => {
      await store.put(aFreeze());
      await store.put(aFreeze({ id: 'other' }));

      expect(await store.remove('stocktaking', 'bob')).toEqual(aFreeze());
      expect(await store.remove('stocktaking', 'bob')).toBeNull();
      expect(await store.list()).toMatchObject([{ id: 'other' }]);
    });

    test('one that is over, or never was, cannot be lifted', async () => {
      await store.put(aFreeze({ until: 2_000 }));

      expect(await store.remove('stocktaking', 'bob')).toBeNull();
      expect(await store.remove('nothing', null)).toBeNull();
      expect(await store.list()).toEqual([]);
    });

    test('automation is held on the service it was held on, until a person releases it', async () => {
      const other = { ...API, service: serviceName('web') };
      await hold(API, HOLD);

      expect(await store.automationHold(API)).toEqual(HOLD);
      expect(await store.automationHold(other)).toBeNull();
      expect(await store.releaseAutomation(other, 'ann')).toBeNull();
      expect(await store.releaseAutomation(API, 'ann')).toEqual(HOLD);
      expect(await store.releaseAutomation(API, 'ann')).toBeNull();
      expect(await store.automationHold(API)).toBeNull();
    });

    test('keeps on record who did what and why, newest first', async () => {
      await store.put(aFreeze());
      await store.remove('stocktaking', null);
      await hold(API, HOLD);
      await store.releaseAutomation(API, 'cid');

      const records = await store.records(10);
      expect(records).toMatchObject([
        { type: 'automation_released', subject: 'production/api', by: 'cid', reason: 'unhealthy' },
        { type: 'unfrozen', subject: 'stocktaking', by: null, reason: 'stocktaking' },
        { type: 'frozen', subject: 'stocktaking', by: 'ann', reason: 'stocktaking' },
      ]);
      expect(records.every(({ at }) => at > 1_000)).toBe(true);
      expect(await store.records(1)).toEqual(records.slice(0, 1));
      expect(await store.records(0)).toEqual([]);
    });

    test('keeps the last 1,000 acts on record, and no more', async () => {
      for (let put = 0; put < 1_005; put += 1) {
        await store.put(aFreeze({ reason: `the ${put}th` }));
      }

      const records = await store.records(2_000);
      expect(records).toHaveLength(1_000);
      expect(records[0]).toMatchObject({ reason: 'the 1004th' });
    });
  });
}
