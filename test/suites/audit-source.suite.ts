import { givenUp } from '../../src/domain/plan/machine/failure.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { audit } from '../../src/domain/audit/audit.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import type { AuditSource, Snapshot } from '../../src/domain/ports/audit-source.js';
import { aDraft, anId, API } from '../support/fixtures.js';
import { BEGIN, type StoreHand } from '../support/store-hand.js';

export interface AuditedStore {
  readonly hand: StoreHand;
  readonly source: AuditSource;
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

/** A deployment that shares a limit with others. */
async function createLimited(hand: StoreHand, version: string): Promise<DeploymentId> {
  const { deployment, events } = aDraft({ approve: true, version });
  const limits = [{ key: LIMIT, most: 2 }];
  await hand.store.create({ ...deployment, plan: { ...deployment.plan, limits } }, events);
  return deployment.id;
}

const LIMIT = 'environment:production';

/** What every store must let an audit read. */
export function auditSourceSuite(name: string, make: () => Promise<AuditedStore>): void {
  describe(name, () => {
    let hand: StoreHand;
    let source: AuditSource;
    beforeEach(async () => {
      ({ hand, source } = await make());
    });
    const snapshotOf = async (id: DeploymentId): Promise<Snapshot | undefined> =>
      (await all(source.snapshots([id])))[0];

    test('tells how many events there are, the oldest that is kept, and the counters', async () => {
      const nothing = { sequence: 0, oldest: null, counters: {}, trimmed: {} };
      expect(await source.frame()).toEqual(nothing);

      const { id } = await hand.create();
      await hand.create({ approve: false });
      await hand.give(id, { type: 'cancel', reason: 'not needed' });

      const { counters, ...frame } = await source.frame();
      expect(frame).toEqual({ sequence: 4, oldest: 1, trimmed: {} });
      expect(counters).toMatchObject({ draft: 1, cancelled: 1 });
    });

    test('names every deployment once, oldest first', async () => {
      const made: DeploymentId[] = [];
      for (let n = 0; n < 7; n++) made.push((await hand.create({ at: 1_000 + n })).id);

      expect(await all(source.history())).toEqual(made);
      expect(await all(source.unlisted())).toEqual([]);
    });

    test('shows a deployment as it is, with its events and its places', async () => {
      const { id } = await hand.create();
      const { fence } = await hand.claimed(id);
      await hand.give(id, BEGIN, fence);

      expect(await snapshotOf(id)).toMatchObject({
        ...{ kind: 'stored', id, status: 'executing', service: 'production/api', fence },
        deployment: await hand.store.load(id),
        events: await hand.index.events(id),
        ...{ due: true, open: true, listed: true, listedByService: true },
        ...{ holds: true, inLine: false, counted: [] },
      });
    });

    test('shows one that waits in line, and one that has ended', async () => {
      const first = await hand.create();
      const second = await hand.create();
      await hand.claimed(first.id);
      await hand.claim(second.id);
      await hand.give(first.id, givenUp('broken'));
      const third = await hand.create();

      const [a, b, c] = await all(source.snapshots([first.id, second.id, third.id]));
      expect(a).toMatchObject({ status: 'failed', holds: false, inLine: false, due: false });
      expect(a).toMatchObject({ open: false });
      expect(b).toMatchObject({ status: 'approved', holds: true, inLine: false, due: true });
      expect(c).toMatchObject({ status: 'approved', holds: false, inLine: true });
    });

    test('says of a deployment that is not there that it is missing', async () => {
      const id = anId();

      expect(await snapshotOf(id)).toEqual({ id, kind: 'missing', listed: false });
      expect(await source.runs([id])).toEqual([null]);
    });

    test('reads events of the stream between two numbers, and deployments’ own by place', async () => {
      const { id } = await hand.create();
      await hand.give(id, { type: 'cancel', reason: 'not needed' });

      const types = async (after: number, until: number | null) =>
        (await all(source.stream(after, until))).map(({ type }) => type);
      expect(await types(0, null)).toEqual([
        ...['deployment.planned', 'deployment.approved', 'deployment.cancelled'],
      ]);
      expect(await types(1, 2)).toEqual(['deployment.approved']);
      expect(await types(3, null)).toEqual([]);
      const [second, none] = await source.recorded([
        { deploymentId: id, sequence: 2 },
        { deploymentId: id, sequence: 9 },
      ]);
      expect(second).toMatchObject({ sequence: 2, event: { type: 'deployment.approved' } });
      expect(none).toBeNull();
    });

    test('shows services: who holds, who waits, what is active and what lies under it', async () => {
      const [good, better] = [
        await hand.create({ version: '1' }),
        await hand.create({ version: '2' }),
      ];
      await hand.complete(good.id);
      await hand.complete(better.id);
      const holder = await hand.create({ version: '3' });
      const waiting = await hand.create({ version: '4' });
      const { fence } = await hand.claimed(holder.id);

      expect(await all(source.services())).toEqual([API]);
      const { sequence, services } = await source.servicesNow([API]);
      expect(sequence).toBe((await source.frame()).sequence);
      const [api] = services;
      expect(api).toMatchObject({ ...API, fence, holder: holder.id, line: [waiting.id] });
      expect(api?.active).toMatchObject({ version: '2', deploymentId: better.id });
      expect(api?.stable.map(({ deploymentId }) => deploymentId)).toEqual([better.id, good.id]);
    });

    test('names what is due and how often the work of each was published', async () => {
      const { id } = await hand.create();
      await hand.store.renewWork(id);

      expect(await all(source.indexed())).toContainEqual({ index: 'due', id });
      expect(await source.runs([id])).toEqual([2]);
    });

    test('counts what is under way against its limits', async () => {
      const id = await createLimited(hand, '1');
      await hand.claimed(id);

      expect(await all(source.limits())).toEqual([{ key: LIMIT, members: [id] }]);
      expect(await snapshotOf(id)).toMatchObject({ counted: [LIMIT] });
    });

    test('is found to be as it should after much has happened', async () => {
      const [good, better] = [
        await hand.create({ version: '1' }),
        await hand.create({ version: '2' }),
      ];
      await hand.complete(good.id);
      await hand.complete(better.id);
      const id = await createLimited(hand, '3');
      await hand.claimed(id);
      await hand.give(id, BEGIN);
      await hand.give(better.id, { type: 'rollback', reason: 'slow' });
      await hand.create({ approve: false });

      const report = await audit(source);

      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ clean: true, notes: [] });
      expect(report.looked).toMatchObject({ deployments: 4, services: 1 });
    });
  });
}
