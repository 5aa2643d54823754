import { beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../src/domain/ids.js';
import type { WorkKind } from '../../src/domain/orchestrator/work-owed.js';
import type { Deployment } from '../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../src/domain/plan/plan-command.js';
import { isTerminal } from '../../src/domain/plan/plan-state.js';
import { serviceEffect } from '../../src/domain/plan/service-effect.js';
import type { DeploymentIndex } from '../../src/domain/ports/deployment-index.js';
import type {
  AppendAnswer,
  Claim,
  DeploymentStore,
} from '../../src/domain/ports/deployment-store.js';
import {
  aDraft,
  API,
  type DeploymentFixture,
  eventsOf,
  fold,
  record,
  v,
  web,
} from '../support/fixtures.js';

export interface StoreFixture {
  readonly store: DeploymentStore;
  readonly index: DeploymentIndex;
}

const LEASE = 60_000;

/** What every store of deployments must do, whatever it is made of. */
export function deploymentStoreSuite(name: string, make: () => Promise<StoreFixture>): void {
  describe(name, () => {
    let store: DeploymentStore;
    let index: DeploymentIndex;
    beforeEach(async () => {
      ({ store, index } = await make());
    });

    const create = async (fixture: DeploymentFixture = {}): Promise<Deployment> => {
      const { deployment, events } = aDraft({ approve: true, ...fixture });
      await store.create(deployment, events);
      return deployment;
    };
    const write = async (
      before: Deployment,
      command: PlanCommand,
      fence: number | null = null,
      release = false,
    ): Promise<AppendAnswer> => {
      const events = record(before, eventsOf(before, command));
      const after = fold(before, eventsOf(before, command));
      const effect = serviceEffect(after, 3_000);
      return store.append({ before, after, events, effect, fence, release });
    };
    const give = async (id: DeploymentId, command: PlanCommand, fence: number | null = null) => {
      const before = await store.load(id);
      if (!before) throw new Error(`no ${id}`);
      const answer = await write(before, command, fence);
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.value;
    };
    const claim = (id: DeploymentId, kind: WorkKind = 'execute'): Promise<Claim> =>
      store.claim(id, { kind, worker: 'w1', leaseMs: LEASE });
    const claimed = async (id: DeploymentId, kind: WorkKind = 'execute') => {
      const answer = await claim(id, kind);
      if (answer.kind !== 'claimed') throw new Error(`${id} is ${answer.kind}`);
      return answer;
    };
    /** Through its whole life, well. */
    const complete = async (id: DeploymentId): Promise<void> => {
      const { fence, deployment } = await claimed(id);
      const { lastGood } = await claimAgain(id, fence);
      const previous =
        lastGood?.version == null
          ? null
          : { version: lastGood.version, deploymentId: lastGood.deploymentId };
      await give(id, { type: 'begin', previous });
      for (const [at, step] of deployment.plan.steps.entries()) {
        for (const target of step.kind === 'deploy' ? step.targets : []) {
          await give(id, { type: 'start_target', target, fence, worker: 'w1' });
          await give(id, { type: 'update_target', target, evidence: {} });
        }
        await give(id, { type: 'complete_step', step: at });
      }
      const verification = { status: 'healthy', reason: 'fine', checks: [] } as const;
      await give(id, { type: 'judge', verification, at: 1 });
    };
    const claimAgain = async (id: DeploymentId, fence: number) => {
      await store.release(id, fence, null);
      return claimed(id);
    };

    describe('creating', () => {
      test('the same request twice is one deployment', async () => {
        const { deployment, events } = aDraft();
        const first = await store.create(deployment, events);
        const second = await store.create(deployment, events);

        expect(first).toMatchObject({ ok: true, value: { created: true } });
        expect(second).toMatchObject({ ok: true, value: { created: false } });
        expect((await index.counters()).draft).toBe(1);
        expect(await index.events(deployment.id)).toEqual(events);
      });

      test('another request under the same id is a conflict that shows what exists', async () => {
        const { deployment, events } = aDraft({ version: '1.0.0' });
        await store.create(deployment, events);
        const other = aDraft({ id: deployment.id, version: '2.0.0', digest: 'other' });

        const answer = await store.create(other.deployment, other.events);

        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'store/conflict', existing: { version: '1.0.0' } },
        });
      });

      test('what was stored is what is loaded', async () => {
        const { id, ...rest } = await create({ strategy: { kind: 'canary', wait: 5 } });

        expect(await store.load(id)).toEqual({ id, ...rest });
      });
    });

    describe('writing transitions', () => {
      test('moves state, counters and events together', async () => {
        const { id } = await create();
        const { fence } = await claimed(id);
        await give(id, { type: 'begin', previous: null }, fence);

        expect((await store.load(id))?.state).toEqual({
          status: 'executing',
          step: 0,
          waitUntil: null,
        });
        expect(await index.counters()).toMatchObject({ approved: 0, executing: 1 });
        expect(
          (await index.events(id)).map(({ sequence, event }) => [sequence, event.type]),
        ).toEqual([
          [1, 'deployment.planned'],
          [2, 'deployment.approved'],
          [3, 'deployment.started'],
        ]);
      });

      test('refuses a write that was decided on an older revision, and changes nothing', async () => {
        const before = await create({ approve: false });
        await write(before, { type: 'approve', by: null });

        const late = await write(before, { type: 'cancel', reason: 'late' });

        expect(late).toEqual({ ok: false, error: { code: 'store/stale' } });
        expect((await store.load(before.id))?.state.status).toBe('approved');
        expect(await index.counters()).toMatchObject({ approved: 1, cancelled: 0 });
      });

      test('refuses a worker whose fence has been overtaken', async () => {
        const before = await create();
        const { fence } = await claimed(before.id);
        await claimAgain(before.id, fence);

        const answer = await write(before, { type: 'begin', previous: null }, fence);

        expect(answer).toEqual({ ok: false, error: { code: 'store/fenced' } });
      });

      test('keeps what is known of each target beyond the deployment', async () => {
        const { id } = await create({ version: '1.2.3' });
        await complete(id);

        expect((await index.knownTargets(API)).get(web(1))).toMatchObject({
          version: '1.2.3',
          deploymentId: id,
        });
      });
    });

    describe('claiming work', () => {
      test('gives each claim a higher fence', async () => {
        const { id } = await create();
        const first = await claimed(id);
        const second = await claimAgain(id, first.fence);

        expect(second.fence).toBeGreaterThan(first.fence);
      });

      test('lets nobody else try while the lease lasts', async () => {
        const { id } = await create();
        await claimed(id);

        const other = await claim(id);

        expect(other).toMatchObject({ kind: 'leased' });
        expect(other.kind === 'leased' && other.ms).toBeGreaterThan(0);
      });

      test('answers that other work is owed, or that there is no such deployment', async () => {
        const { id } = await create();

        expect(await claim(id, 'verify')).toMatchObject({ kind: 'not_owed' });
        expect(await claim('dep_0000000000none' as DeploymentId)).toEqual({ kind: 'missing' });
      });

      test('a renewed lease is held, and is lost to a newer claim', async () => {
        const { id, revision } = await create();
        const { fence } = await claimed(id);

        expect(await store.renew(id, fence, LEASE)).toEqual({ held: true, revision });
        await claimAgain(id, fence);
        expect(await store.renew(id, fence, LEASE)).toEqual({ held: false });
      });
    });

    describe('the slot', () => {
      test('belongs to one deployment of a service; the next one waits in line', async () => {
        const first = await create();
        const second = await create();
        await claimed(first.id);

        expect(await claim(second.id)).toMatchObject({ kind: 'waiting', holder: first.id });
        expect(await index.slot(API)).toMatchObject({ holder: first.id, waiting: [second.id] });
      });

      test('goes to whoever was approved first, even when the later one asks first', async () => {
        const first = await create();
        const second = await create();

        expect(await claim(second.id)).toMatchObject({ kind: 'waiting', holder: first.id });
        expect((await claim(first.id)).kind).toBe('claimed');
      });

      test('is handed to the next in line in the write that ends its holder', async () => {
        const first = await create();
        const second = await create();
        await claimed(first.id);
        await claim(second.id);

        const { handedTo } = await give(first.id, { type: 'give_up', reason: 'broken' });

        expect(handedTo).toEqual({ kind: 'execute', deploymentId: second.id, run: second.run + 1 });
        expect(await index.slot(API)).toMatchObject({ holder: second.id, waiting: [] });
        expect((await claim(second.id)).kind).toBe('claimed');
      });

      test('is not taken again by a late job of a deployment that has ended', async () => {
        const { id } = await create();
        await complete(id);

        expect((await claim(id)).kind).toBe('not_owed');
        expect((await index.slot(API)).holder).toBeNull();
      });

      test('is left by a deployment that is cancelled in line', async () => {
        const first = await create();
        const second = await create();
        await claimed(first.id);
        await give(second.id, { type: 'cancel', reason: 'not needed' });

        expect((await index.slot(API)).waiting).toEqual([]);
      });

      test('a draft does not wait for it, an approved plan does', async () => {
        const draft = await create({ approve: false });
        expect((await index.slot(API)).waiting).toEqual([]);

        await give(draft.id, { type: 'approve', by: 'ann' });
        expect((await index.slot(API)).waiting).toEqual([draft.id]);
      });

      test('a rollback of a finished deployment goes before those who wait', async () => {
        const good = await create({ version: '1.0.0' });
        await complete(good.id);
        const better = await create({ version: '2.0.0' });
        await complete(better.id);
        const next = await create({ version: '3.0.0' });
        await give(better.id, { type: 'rollback', reason: 'slow', cause: 'request' });

        expect((await index.slot(API)).waiting).toEqual([better.id, next.id]);
      });
    });

    describe('the active deployment', () => {
      test('is set by completion only, and names the version that is everywhere', async () => {
        const { id } = await create({ version: '1.0.0' });
        expect(await index.active(API)).toBeNull();
        await complete(id);

        expect(await index.active(API)).toMatchObject({ version: '1.0.0', deploymentId: id });
        expect(await index.activeDeployments()).toHaveLength(1);
      });

      test('is the one below again after a rollback', async () => {
        const first = await create({ version: '1.0.0' });
        await complete(first.id);
        const second = await create({ version: '2.0.0' });
        await complete(second.id);
        await give(second.id, { type: 'rollback', reason: 'slow', cause: 'request' });
        const { fence, lastGood } = await claimed(second.id, 'rollback');
        for (const target of [web(1), web(2)]) {
          await give(second.id, { type: 'start_restore', target, fence, worker: 'w1' });
          await give(second.id, {
            type: 'restore_target',
            target,
            version: v('1.0.0'),
            evidence: {},
          });
        }
        await give(second.id, { type: 'finish_rollback', verification: null });

        expect(lastGood?.deploymentId).toBe(second.id);
        expect(await index.active(API)).toMatchObject({ version: '1.0.0', deploymentId: first.id });
        expect((await index.stack(API)).map(({ version }) => version)).toEqual(['1.0.0']);
      });

      test('is unknown after a failure that left targets with another version', async () => {
        const first = await create({ version: '1.0.0' });
        await complete(first.id);
        const second = await create({ version: '2.0.0' });
        const { fence } = await claimed(second.id);
        await give(second.id, { type: 'begin', previous: null });
        await give(second.id, { type: 'start_target', target: web(1), fence, worker: 'w1' });
        await give(second.id, { type: 'give_up', reason: 'broken' });

        expect(await index.active(API)).toMatchObject({ version: null, deploymentId: second.id });
      });

      test('is not touched by a failure before any target was', async () => {
        const first = await create({ version: '1.0.0' });
        await complete(first.id);
        const second = await create({ version: '2.0.0' });
        await give(second.id, { type: 'give_up', reason: 'broken' });

        expect(await index.active(API)).toMatchObject({ version: '1.0.0' });
      });
    });

    describe('history', () => {
      test('is newest first, in pages, for all or for one service', async () => {
        const ids: DeploymentId[] = [];
        for (let at = 1; at <= 5; at++) ids.push((await create({ at })).id);
        const newestFirst = ids.toReversed();

        const first = await index.history({ limit: 2 });
        const second = await index.history({ limit: 2, after: first.next ?? undefined });
        const third = await index.history({ ref: API, limit: 2, after: second.next ?? undefined });

        expect(first.items.map(({ id }) => id)).toEqual(newestFirst.slice(0, 2));
        expect(second.items.map(({ id }) => id)).toEqual(newestFirst.slice(2, 4));
        expect(third).toMatchObject({ items: [{ id: newestFirst[4] }], next: null });
      });

      test('tells which deployment ended last and which is the newest open one', async () => {
        const first = await create({ at: 1 });
        const second = await create({ at: 2 });
        await give(first.id, { type: 'cancel', reason: 'no' });

        expect((await index.lastEnded())?.id).toBe(first.id);
        expect((await index.newestOpen())?.id).toBe(second.id);
        expect(isTerminal((await index.lastEnded())?.state.status ?? 'draft')).toBe(true);
      });
    });

    describe('looking after owed work', () => {
      test('makes it a new job, unless a worker holds it', async () => {
        const { id, run } = await create();
        expect(await store.renewWork(id)).toEqual({
          kind: 'execute',
          deploymentId: id,
          run: run + 1,
        });

        await claimed(id);
        expect(await store.renewWork(id)).toBeNull();
      });

      test('leaves alone what waits for its slot, and what has ended', async () => {
        const first = await create();
        const second = await create();
        await claimed(first.id);
        await claim(second.id);
        expect(await store.renewWork(second.id)).toBeNull();

        await give(second.id, { type: 'cancel', reason: 'no' });
        expect(await store.renewWork(second.id)).toBeNull();
      });

      test('finds nothing overdue that was owed only now, and one leader at a time', async () => {
        await create();

        expect(await store.overdue(10)).toEqual([]);
        expect(await store.lead('w1', LEASE)).toBe(true);
        expect(await store.lead('w2', LEASE)).toBe(false);
        expect(await store.lead('w1', LEASE)).toBe(true);
      });
    });
  });
}
