import { beforeEach, describe, expect, test } from 'vitest';
import { environmentName, serviceName, targetId } from '../../src/domain/model/ids.js';
import { givenUp } from '../../src/domain/plan/machine/failure.js';
import { API } from '../support/fixtures.js';
import { BEGIN, type StoreHand } from '../support/store-hand.js';

const STAGING = { ...API, environment: environmentName('staging') };
const target = (id: string, address: string) => ({
  ...{ id: targetId(id), name: id, address, metadata: {} },
});
const here = { ref: API, places: [target('web-1', 'host-1:80'), target('web-2', 'host-2:80')] };
const there = { ref: STAGING, places: [target('stage-1', 'host-2:80')] };

/** What every store must do where two environments of a service have the same target. */
export function deploymentPlacesSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(name, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    test('a target is never in hand twice: the second waits, and is told for whom', async () => {
      const first = await hand.create(here);
      const second = await hand.create(there);
      await hand.claimed(first.id);

      expect(await hand.claim(second.id)).toMatchObject({
        kind: 'taken',
        taken: { by: first.id, environment: 'production', place: 'fake host-2:80' },
      });
      expect(await hand.index.slot(STAGING)).toMatchObject({ holder: null, waiting: [second.id] });
    });

    test('whoever has it goes on with it, in each of its claims', async () => {
      const first = await hand.create(here);
      const second = await hand.create(there);
      const { fence } = await hand.claimed(first.id);
      await hand.claim(second.id);

      expect((await hand.claimAgain(first.id, fence)).kind).toBe('claimed');
    });

    test('it is free again when the first has ended', async () => {
      const first = await hand.create(here);
      const second = await hand.create(there);
      const { fence } = await hand.claimed(first.id);
      await hand.give(first.id, givenUp('broken'), fence);

      expect((await hand.claim(second.id)).kind).toBe('claimed');
    });

    test('it is free again when the first leaves, which waits for its turn then', async () => {
      const first = await hand.create(here);
      const second = await hand.create(there);
      const { fence } = await hand.claimed(first.id);
      await hand.store.release(first.id, fence, null, true);
      await hand.claimed(second.id);

      expect(await hand.claim(first.id)).toMatchObject({ kind: 'taken', taken: { by: second.id } });
    });

    test('ended from outside, the first keeps it as long as its worker may still be at it', async () => {
      const first = await hand.create(here);
      const second = await hand.create(there);
      const { fence } = await hand.claimed(first.id);
      await hand.give(first.id, BEGIN, fence);
      await hand.give(first.id, { type: 'force_end', by: 'ann', reason: 'stuck' });
      expect((await hand.claim(second.id)).kind).toBe('taken');
    });

    test('other targets, those of other services, and those without an address are nobody else’s', async () => {
      const apart = { ref: STAGING, places: [target('stage-1', 'host-3:80')] };
      const other = { ref: { ...API, service: serviceName('other') }, places: here.places };
      const placeless = {
        ref: { ...API, environment: environmentName('qa') },
        places: [target('web-1', '')],
      };
      for (const fixture of [here, apart, other, placeless]) {
        const { id } = await hand.create(fixture);
        expect((await hand.claim(id)).kind).toBe('claimed');
      }
    });
  });
}
