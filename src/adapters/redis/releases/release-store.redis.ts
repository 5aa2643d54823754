import type { DeploymentId } from '../../../domain/model/ids.js';
import type {
  ReleaseCreated,
  ReleasePage,
  ReleaseQuery,
  ReleaseSaved,
  ReleaseStore,
} from '../../../domain/release/release-store.js';
import { hasEnded, type Release } from '../../../domain/release/release.js';
import { type ReleaseId, releaseId } from '../../../domain/release/release-id.js';
import { err, ok } from '../../../domain/model/result.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { operationId, Script } from '../connection/load-scripts.js';
import { claimFormat } from '../connection/record-format.js';

const SCRIPTS = {
  create: new Script('create-release.lua'),
  save: new Script('save-release.lua'),
  wake: new Script('wake-releases.lua'),
  due: new Script('due-looks.lua'),
  postpone: new Script('postpone-look.lua'),
};

/** Releases in Redis: every writing call is one script. */
export class RedisReleaseStore implements ReleaseStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #namespace: string;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
    this.#namespace = namespace;
  }

  async create(release: Release): Promise<ReleaseCreated> {
    const { id, digest, revision, createdAt } = release;
    const { all, due, members } = this.#keys.releases;
    // It may be the first record there is.
    await claimFormat(this.#redis, this.#namespace);
    const word = await SCRIPTS.create.run(
      this.#redis,
      [this.#keys.release(id), all, due, members],
      [id, digest, revision, createdAt, JSON.stringify(release), ...deploymentsOf(release)],
    );
    if (word === 'CREATED') return ok({ release, created: true });
    const existing = await this.load(id);
    if (existing === undefined) throw new Error(`${id} exists and cannot be read`);
    return word === 'EXISTS'
      ? ok({ release: existing, created: false })
      : err({ code: 'store/conflict', existing });
  }

  async load(id: ReleaseId): Promise<Release | undefined> {
    const body = await this.#redis.hget(this.#keys.release(id), 'body');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    return body === null ? undefined : (JSON.parse(body) as Release);
  }

  async save(before: Release, after: Release, lookInMs: number): Promise<ReleaseSaved> {
    const { due, members } = this.#keys.releases;
    const word = await SCRIPTS.save.run(
      this.#redis,
      [this.#keys.release(after.id), due, members],
      [
        ...[operationId(), after.id, before.revision, after.revision],
        ...[hasEnded(after) ? '1' : '0', lookInMs, JSON.stringify(after)],
        ...deploymentsOf(after),
      ],
    );
    if (word === 'OK') return ok(null);
    return err({ code: word === 'MISSING' ? 'store/missing' : 'store/stale' });
  }

  async due(limit: number): Promise<readonly ReleaseId[]> {
    const ids = await SCRIPTS.due.run(this.#redis, [this.#keys.releases.due], [limit]);
    return Array.isArray(ids) ? ids.map(String).map(releaseId) : [];
  }

  async postpone({ id, revision }: Pick<Release, 'id' | 'revision'>, ms: number): Promise<void> {
    const keys = [this.#keys.release(id), this.#keys.releases.due];
    await SCRIPTS.postpone.run(this.#redis, keys, [id, revision, ms]);
  }

  async wake(deployments: readonly DeploymentId[]): Promise<void> {
    if (deployments.length === 0) return;
    const { members, due } = this.#keys.releases;
    await SCRIPTS.wake.run(this.#redis, [members, due], deployments);
  }

  async list({ limit, after }: ReleaseQuery): Promise<ReleasePage> {
    const { all } = this.#keys.releases;
    const rank = after === undefined ? -1 : await this.#redis.zrevrank(all, after);
    if (rank === null) return { items: [], next: null };
    const ids = await this.#redis.zrevrange(all, rank + 1, rank + 1 + limit);
    const page = ids.slice(0, limit).map(releaseId);
    const found = await Promise.all(page.map((id) => this.load(id)));
    const items = found.filter((release) => release !== undefined);
    return { items, next: ids.length > limit ? (page.at(-1) ?? null) : null };
  }
}

const deploymentsOf = ({ members }: Release): readonly DeploymentId[] =>
  members.map(({ deploymentId }) => deploymentId);
