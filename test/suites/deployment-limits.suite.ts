import { givenUp } from '../../src/domain/plan/machine/failure.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { environmentName, serviceName } from '../../src/domain/model/ids.js';
import { API } from '../support/fixtures.js';
import { BEGIN, LEASE, type StoreHand } from '../support/store-hand.js';

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
        await hand.give(first.id, givenUp('broken'), fence);
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

      test('is not for one whose fence has been superseded', async () => {
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
        await hand.give(first.id, BEGIN, fence);

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
        await hand.give(id, givenUp('broken'));

        expect(await hand.store.renewWork(id)).toBeNull();
      });
    });
  });
}
