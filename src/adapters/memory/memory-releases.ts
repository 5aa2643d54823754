import type { DeploymentId } from '../../domain/model/ids.js';
import type { Clock } from '../../domain/ports/clock.js';
import type {
  ReleaseCreated,
  ReleasePage,
  ReleaseQuery,
  ReleaseSaved,
  ReleaseStore,
} from '../../domain/release/release-store.js';
import { hasEnded, type Release } from '../../domain/release/release.js';
import type { ReleaseId } from '../../domain/release/release-id.js';
import { err, ok } from '../../domain/model/result.js';

/** Releases in one process's memory. */
export class MemoryReleaseStore implements ReleaseStore {
  readonly #releases = new Map<ReleaseId, Release>();
  readonly #due = new Map<ReleaseId, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async create(release: Release): Promise<ReleaseCreated> {
    const existing = this.#releases.get(release.id);
    if (existing) {
      return existing.digest === release.digest
        ? ok({ release: existing, created: false })
        : err({ code: 'store/conflict', existing });
    }
    this.#releases.set(release.id, release);
    this.#due.set(release.id, this.#clock.now());
    return ok({ release, created: true });
  }

  async load(id: ReleaseId): Promise<Release | undefined> {
    return this.#releases.get(id);
  }

  async save(before: Release, after: Release, lookInMs: number): Promise<ReleaseSaved> {
    const known = this.#releases.get(after.id);
    if (known === undefined) return err({ code: 'store/missing' });
    if (known.revision !== before.revision) return err({ code: 'store/stale' });
    this.#releases.set(after.id, after);
    if (hasEnded(after)) this.#due.delete(after.id);
    else this.#due.set(after.id, this.#clock.now() + lookInMs);
    return ok(null);
  }

  async due(limit: number): Promise<readonly ReleaseId[]> {
    return [...this.#due]
      .filter(([, at]) => at <= this.#clock.now())
      .toSorted(([, a], [, b]) => a - b)
      .slice(0, limit)
      .map(([id]) => id);
  }

  async postpone({ id, revision }: Pick<Release, 'id' | 'revision'>, ms: number): Promise<void> {
    if (this.#due.has(id) && this.#releases.get(id)?.revision === revision) {
      this.#due.set(id, this.#clock.now() + ms);
    }
  }

  async wake(deployments: readonly DeploymentId[]): Promise<void> {
    const woken = new Set(deployments);
    for (const { id, members } of this.#releases.values()) {
      if (this.#due.has(id) && members.some(({ deploymentId }) => woken.has(deploymentId))) {
        this.#due.set(id, 0);
      }
    }
  }

  async list({ limit, after }: ReleaseQuery): Promise<ReleasePage> {
    const all = [...this.#releases.values()].toSorted(
      (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1),
    );
    const at = after === undefined ? -1 : all.findIndex(({ id }) => id === after);
    if (after !== undefined && at < 0) return { items: [], next: null };
    const items = all.slice(at + 1, at + 1 + limit);
    return { items, next: all.length > at + 1 + limit ? (items.at(-1)?.id ?? null) : null };
  }
}
