import { beforeEach, describe, expect, test } from 'vitest';
import type { ReleaseStore } from '../../src/domain/release/release-store.js';
import type { Release } from '../../src/domain/release/release.js';
import { releaseId } from '../../src/domain/release/release-id.js';
import { aRelease, memberOf } from '../domain/release/releases.js';

const written = (release: Release): Release => ({ ...release, revision: release.revision + 1 });
const ended = (release: Release): Release => ({
  ...written(release),
  state: { status: 'completed' },
  endedAt: 9_000,
});

/** What every store of releases must keep right. */
export function releaseStoreSuite(name: string, make: () => Promise<ReleaseStore>): void {
  describe(name, () => {
    let store: ReleaseStore;
    beforeEach(async () => {
      store = await make();
    });

    const stored = async (order?: Parameters<typeof aRelease>[0]): Promise<Release> => {
      const release = aRelease(order);
      await store.create(release);
      return release;
    };

    test('gives back what was stored, and nothing of what was not', async () => {
      const release = aRelease();

      expect(await store.create(release)).toEqual({
        ok: true,
        value: { release, created: true },
      });
      expect(await store.load(release.id)).toEqual(release);
      expect(await store.load(releaseId('rel_0000000000unknown'))).toBeUndefined();
    });

    test('the same request again is the release that exists; another one is a conflict', async () => {
      const release = await stored();
      const grown = written(release);
      await store.save(release, grown, 0);

      expect(await store.create(release)).toEqual({
        ok: true,
        value: { release: grown, created: false },
      });
      expect(await store.create({ ...release, digest: 'another' })).toEqual({
        ok: false,
        error: { code: 'store/conflict', existing: grown },
      });
      expect(await store.load(release.id)).toEqual(grown);
    });

    test('of two who write at the same revision, one is told that it is stale', async () => {
      const release = await stored();
      const answers = await Promise.all([
        store.save(release, written(release), 0),
        store.save(release, ended(release), 0),
      ]);

      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(answers).toContainEqual({ ok: false, error: { code: 'store/stale' } });
    });

    test('writes nothing of a release that it does not know', async () => {
      const release = aRelease();

      expect(await store.save(release, written(release), 0)).toEqual({
        ok: false,
        error: { code: 'store/missing' },
      });
      expect(await store.load(release.id)).toBeUndefined();
    });

    test('a new release is due at once, and no more once it was put off', async () => {
      const first = await stored();
      const second = await stored();
      expect(await store.due(10)).toEqual([first.id, second.id].toSorted());
      expect(await store.due(1)).toHaveLength(1);

      await store.postpone(first, 60_000);
      await store.save(second, written(second), 60_000);
      expect(await store.due(10)).toEqual([]);
    });

    test('is not put off by one who did not see the last write', async () => {
      const release = await stored();
      await store.save(release, written(release), 0);
      await store.postpone(release, 60_000);

      expect(await store.due(10)).toEqual([release.id]);
    });

    test('an open release is woken by its deployments, before all others that are due', async () => {
      const sleeping = await stored();
      const due = await stored();
      await store.postpone(sleeping, 60_000);
      await store.wake([]);
      expect(await store.due(10)).toEqual([due.id]);

      await store.wake([memberOf(sleeping, 'web').deploymentId]);
      expect(await store.due(10)).toEqual([sleeping.id, due.id]);
    });

    test('one that has ended is neither due nor woken, until it is retried', async () => {
      const release = await stored();
      const done = ended(release);
      await store.save(release, done, 0);
      await store.wake([memberOf(release, 'db').deploymentId]);
      await store.postpone(done, 0);
      expect(await store.due(10)).toEqual([]);

      const again: Release = { ...written(done), state: release.state, endedAt: null };
      await store.save(done, again, 60_000);
      await store.wake([memberOf(release, 'db').deploymentId]);
      expect(await store.due(10)).toEqual([release.id]);
    });

    test('lists the newest first, in pages', async () => {
      const ids = [];
      for (let at = 1; at <= 5; at++) {
        const release = { ...aRelease(), createdAt: at };
        await store.create(release);
        ids.unshift(release.id);
      }
      const first = await store.list({ limit: 3 });
      const second = await store.list({ limit: 3, after: first.next ?? undefined });

      expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
      expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3));
      expect(second.next).toBeNull();
      expect(await store.list({ limit: 3, after: releaseId('rel_0000000000unknown') })).toEqual({
        items: [],
        next: null,
      });
    });
  });
}
