import { beforeEach, describe, expect, test } from 'vitest';
import { type DeploymentId, targetId, type TargetId } from '../../src/domain/model/ids.js';
import {
  MOST_STABLE,
  MOST_TAKEN_BACK,
  type StableVersion,
  type TakenBack,
} from '../../src/domain/model/active-deployment.js';
import { ANYTHING, type TargetStatus } from '../../src/domain/model/target-status.js';
import { API, v, web } from '../support/fixtures.js';
import { BEGIN, started, type StoreHand, updated } from '../support/store-hand.js';

const OF_WEB_1: TargetStatus = {
  version: [ANYTHING, null, v('2.0.0')],
  inRotation: [true, false],
  weight: [null, 1 / 3],
  bad: v('1.9.9'),
  heldOut: 'maintenance',
  call: {
    deploymentId: 'dep_0000000000call' as DeploymentId,
    ...{ action: 'rollback', version: null, fence: 7, worker: 'w "1"', since: 1_700_000_000_123 },
  },
  by: 'dep_0000000000call' as DeploymentId,
};

const stableOf = (id: DeploymentId, version: string): StableVersion => ({
  ...{ ...API, version: v(version), deploymentId: id, since: 1_234 },
  declared: {
    version: v(version),
    ...{ others: { 'web-9': null, 'web-8': ANYTHING }, missed: [web(3)], shares: { 'web-1': 1 } },
  },
});

const takenBackOf = (id: DeploymentId, version: string): TakenBack => ({
  ...{ ...API, version: v(version), deploymentId: id, since: 1_234, at: 5_678, by: id },
});

/** What every store must keep of a service beside its deployments, and give to whoever claims one. */
export function serviceRecordSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(`${name}, of a service`, () => {
    let hand: StoreHand;
    beforeEach(async () => {
      hand = await make();
    });

    /** One that has begun, and the service's revision. */
    async function begun(fixture: Parameters<StoreHand['create']>[0] = {}) {
      const { id } = await hand.create(fixture);
      const fence = await hand.begun(id);
      const { revision } = await hand.store.service(API);
      return { id, fence, revision };
    }

    test('knows nothing at first', async () => {
      expect(await hand.store.service(API)).toEqual({
        ...{ targets: new Map(), stable: [], active: null, revision: 0 },
      });
    });

    test('answers a claim and a question alike, with the two newest that are stable', async () => {
      for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
        await hand.complete((await hand.create({ version })).id);
      }
      const { id } = await hand.create({ version: '4.0.0' });

      const { service } = await hand.claimed(id);

      expect(service.stable.map(({ version }) => version)).toEqual(['3.0.0', '2.0.0']);
      expect(service.active).toMatchObject({ version: '3.0.0' });
      expect(service.targets.get(web(2))).toMatchObject({ version: ['3.0.0'] });
      expect(await hand.store.service(API)).toEqual(service);
    });

    test('gives back each status as it was written, without what was only seen', async () => {
      const { id, fence } = await begun();
      const written = [web(1), { ...OF_WEB_1, seen: { up: true } }] as const;

      await hand.give(id, started(web(1), fence), fence, { targets: [written] });

      const { targets } = await hand.store.service(API);
      expect(targets).toEqual(new Map([[web(1), OF_WEB_1]]));
      expect(await hand.index.targetStatuses(API)).toEqual(targets);
    });

    test('leaves the statuses of others as they are', async () => {
      const { id, fence } = await begun();
      const targets = [[web(7), OF_WEB_1]] as const;
      await hand.give(id, started(web(1), fence), fence, { targets });

      await hand.give(id, updated(web(1)), fence);

      const known = await hand.index.targetStatuses(API);
      expect(known.get(web(7))).toEqual(OF_WEB_1);
      expect(known.get(web(1))).toMatchObject({ version: ['1.0.0'] });
    });

    test('takes 10,000 targets in one write', async () => {
      const ids = Array.from({ length: 10_000 }, (_, n) => `web-${n}`);
      const strategy = { kind: 'rolling', batchSize: '100%' } as const;
      const { id, fence } = await begun({ targets: ids, strategy });
      const targets = ids.map((each, n): [TargetId, TargetStatus] => [
        targetId(each),
        { ...OF_WEB_1, weight: [n / 7] },
      ]);

      await hand.give(id, started(web(1), fence), fence, { targets });

      expect((await hand.store.service(API)).targets).toEqual(new Map(targets));
    }, 60_000);

    test('answers the revision that a write leaves, and no other to one that changes nothing', async () => {
      const { id } = await hand.create();
      const { fence, service } = await hand.claimed(id);

      const begin = await hand.give(id, BEGIN, fence, { revision: null });
      const start = await hand.give(id, started(web(1), fence), fence);
      const pause = await hand.give(id, { type: 'pause', reason: 'lunch' }, null, {
        automationHold: { reason: 'held', since: 1, deploymentId: id },
        revision: null,
      });

      expect(service.revision).toBe(0);
      expect(begin.service.revision).toBe(0);
      expect(start.service.revision).toBe(1);
      expect(pause.service.revision).toBe(1);
      expect((await hand.store.service(API)).revision).toBe(1);
    });

    describe('a write that rests on an older revision of it', () => {
      const CHANGES = [
        ['targets', { targets: [[web(1), OF_WEB_1]] }],
        ['what is active', { targets: [], active: null }],
        ['what is stable', { targets: [], stable: 'pop' }],
      ] as const;

      test.each(CHANGES)(
        'is refused where it changes %s, and nothing happens',
        async (_, change) => {
          const good = await hand.create({ version: '1.0.0' });
          await hand.complete(good.id);
          const { id, fence, revision } = await begun({ version: '2.0.0' });
          const automationHold = { reason: 'held', since: 1, deploymentId: id };
          const before = await everything(id);
          const deployment = await hand.store.load(id);
          if (deployment === undefined) throw new Error(`no ${id}`);

          for (const wrong of [revision - 1, revision + 1, null]) {
            const answer = await hand.write(deployment, started(web(1), fence), fence, {
              ...{ ...change, automationHold, revision: wrong },
            });

            expect(answer).toEqual({ ok: false, error: { code: 'store/stale' } });
          }

          expect(await everything(id)).toEqual(before);
          const answer = await hand.write(deployment, started(web(1), fence), fence);
          expect(answer).toMatchObject({
            ok: true,
            value: { service: { revision: revision + 1 } },
          });
        },
      );

      test('is taken where it changes nothing of it', async () => {
        const { id, fence } = await begun();
        await hand.give(id, started(web(1), fence), fence);

        const pause = { type: 'pause', reason: 'lunch' } as const;
        await hand.give(id, pause, null, { targets: [], revision: 0 });

        expect((await hand.store.load(id))?.state.status).toBe('paused');
      });

      async function everything(id: DeploymentId) {
        return {
          deployment: await hand.store.load(id),
          events: await hand.index.events(id),
          service: await hand.store.service(API),
          versions: await hand.index.versions(API),
          slot: await hand.index.slot(API),
          counters: await hand.index.counters(),
          overdue: await hand.store.overdue(10),
        };
      }
    });

    test('puts what is stable on top, takes it away again, and sets what is active', async () => {
      const { id, fence } = await begun();
      const one = stableOf(id, '1.0.0');
      const two = stableOf(id, '2.0.0');
      const { declared: _, ...active } = one;

      await hand.give(id, started(web(1), fence), fence, { stable: { push: one }, active });
      expect(await hand.index.active(API)).toEqual(active);
      await hand.give(id, started(web(1), fence), fence, { stable: { push: two } });
      expect((await hand.index.versions(API)).stable).toEqual([two, one]);
      expect(await hand.index.active(API)).toEqual(active);

      await hand.give(id, started(web(1), fence), fence, { stable: 'pop', active: null });
      expect(await hand.store.service(API)).toMatchObject({ stable: [one], active: null });
      expect(await hand.index.activeDeployments()).toEqual([]);
      await hand.give(id, started(web(1), fence), fence, { stable: 'pop' });
      await hand.give(id, started(web(1), fence), fence, { stable: 'pop' });
      expect((await hand.index.versions(API)).stable).toEqual([]);
    });

    test('puts one in the place of those it goes back past, and keeps them as taken back', async () => {
      const { id, fence } = await begun();
      const [one, two, three] = ['1.0.0', '2.0.0', '3.0.0'].map((each) => stableOf(id, each));
      const again = { ...stableOf(id, '1.0.0'), since: 9 };
      for (const push of [one, two, three].flatMap((each) => each ?? [])) {
        await hand.give(id, started(web(1), fence), fence, { stable: { push } });
      }
      const takenBack = ['3.0.0', '2.0.0'].map((each) => takenBackOf(id, each));

      const write = { stable: { push: again, over: 3 }, takenBack };
      await hand.give(id, started(web(1), fence), fence, write);

      const kept = { stable: [again], takenBack, active: null };
      expect(await hand.index.versions(API)).toEqual(kept);
      const [last] = [takenBackOf(id, '1.0.0')];
      await hand.give(id, started(web(1), fence), fence, { stable: 'pop', takenBack: [last] });
      const left = { stable: [], takenBack: [last, ...takenBack], active: null };
      expect(await hand.index.versions(API)).toEqual(left);
    });

    test(`keeps the ${MOST_TAKEN_BACK} newest of what was taken back`, async () => {
      const { id, fence } = await begun();
      const all = Array.from({ length: MOST_TAKEN_BACK + 2 }, (_, n) =>
        takenBackOf(id, `1.${n}.0`),
      );
      for (const each of all) {
        await hand.give(id, started(web(1), fence), fence, { stable: 'pop', takenBack: [each] });
      }

      const { takenBack } = await hand.index.versions(API);
      expect(takenBack).toEqual(all.slice(2).toReversed());
    });

    test(`keeps the ${MOST_STABLE} newest of what is stable`, async () => {
      const { id, fence } = await begun();
      const all = Array.from({ length: MOST_STABLE + 2 }, (_, n) => stableOf(id, `1.${n}.0`));
      for (const push of all) {
        await hand.give(id, started(web(1), fence), fence, { stable: { push } });
      }

      expect((await hand.index.versions(API)).stable).toEqual(all.slice(2).toReversed());
    });
  });
}
