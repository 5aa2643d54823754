import {
  type DeploymentId,
  deploymentId,
  type ServiceRef,
  serviceKey,
} from '../../../domain/model/ids.js';
import type { Deployment } from '../../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../../domain/model/deployment/plan-event.js';
import { PLAN_STATUSES } from '../../../domain/model/deployment/plan-state.js';
import type { ActiveDeployment, VersionRecord } from '../../../domain/model/active-deployment.js';
import {
  type Counters,
  type DeploymentIndex,
  type HistoryPage,
  type HistoryQuery,
  UnknownHistoryPosition,
} from '../../../domain/ports/deployment-index.js';
import type { DeploymentStore, SlotView } from '../../../domain/ports/deployment-store.js';
import type { TargetStatuses } from '../../../domain/model/target-status.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { flat, pipelined, strings } from '../connection/read-only.js';
import { decodeEvents } from './replies.js';
import {
  decodeActive,
  decodeStable,
  decodeStatuses,
  decodeTakenBack,
} from '../services/service-codec.js';

/** Reads what the store's scripts keep up to date. */
export class RedisDeploymentIndex implements DeploymentIndex {
  readonly #redis: RedisClient;
  readonly #store: Pick<DeploymentStore, 'load'>;
  readonly #keys: Keys;

  constructor(redis: RedisClient, store: Pick<DeploymentStore, 'load'>, namespace: string) {
    this.#redis = redis;
    this.#store = store;
    this.#keys = keysOf(namespace);
  }

  async counters(): Promise<Counters> {
    const counted = await this.#redis.hgetall(this.#keys.counters);
    const entries = PLAN_STATUSES.map((status) => [status, Number(counted[status] ?? 0)]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for every status
    return Object.fromEntries(entries) as Counters;
  }

  async active(ref: ServiceRef): Promise<ActiveDeployment | null> {
    const json = await this.#redis.hget(this.#keys.active, serviceKey(ref));
    return json === null ? null : decodeActive(json);
  }

  async activeDeployments(): Promise<readonly ActiveDeployment[]> {
    const all = await this.#redis.hgetall(this.#keys.active);
    return Object.keys(all)
      .toSorted()
      .map((key) => decodeActive(all[key] ?? ''));
  }

  async versions(ref: ServiceRef): Promise<VersionRecord> {
    const { stable, takenBack } = this.#keys.service(ref);
    for (;;) {
      const [before, taken, active, after] = await pipelined(this.#redis, [
        ['lrange', stable, 0, -1],
        ['lrange', takenBack, 0, -1],
        ['hget', this.#keys.active, serviceKey(ref)],
        ['lrange', stable, 0, -1],
      ]);
      const now = strings(after);
      // Somebody wrote in between. Who only reads may not ask for a transaction.
      if (strings(before).join('\n') !== now.join('\n')) continue;
      return {
        stable: now.map(decodeStable),
        takenBack: strings(taken).map(decodeTakenBack),
        active: typeof active === 'string' ? decodeActive(active) : null,
      };
    }
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    const { limit } = query;
    const ids = await this.#idsBehind(query, limit + 1);
    const page = ids.slice(0, limit).map(deploymentId);
    const found = await Promise.all(page.map((id) => this.#store.load(id)));
    const items = found.filter((deployment) => deployment !== undefined);
    return { items, next: ids.length > limit ? (page.at(-1) ?? null) : null };
  }

  /** Newest first. What was pruned since the page before still says where it was. */
  async #idsBehind(query: HistoryQuery, count: number): Promise<readonly string[]> {
    const { ref, after } = query;
    const key = ref === undefined ? this.#keys.history : this.#keys.service(ref).history;
    if (after === undefined) return this.#redis.zrevrange(key, 0, count - 1);
    const rank = await this.#redis.zrevrank(key, after);
    if (rank !== null) return this.#redis.zrevrange(key, rank + 1, rank + count);
    const createdAt = await this.#redis.zscore(this.#keys.trimmed.lately, after);
    if (createdAt === null) {
      const [newest] = await this.#redis.zrevrange(key, 0, 0);
      const [oldest = newest] = await this.#redis.zrange(key, 0, '0');
      const ends = newest === undefined || oldest === undefined ? null : { newest, oldest };
      throw new UnknownHistoryPosition({ ...query, after }, ends);
    }
    return this.#redis.zrevrangebyscore(key, `(${createdAt}`, '-inf', 'LIMIT', 0, count);
  }

  async slot(ref: ServiceRef): Promise<SlotView> {
    const { record, line } = this.#keys.service(ref);
    const [holder, waiting] = await Promise.all([
      this.#redis.hget(record, 'holder'),
      this.#redis.zrange(line, 0, '-1'),
    ]);
    const { environment, service } = ref;
    return {
      environment,
      service,
      holder: holder === null ? null : deploymentId(holder),
      waiting: waiting.map(deploymentId),
    };
  }

  async targetStatuses(ref: ServiceRef): Promise<TargetStatuses> {
    return decodeStatuses(flat(await this.#redis.hgetall(this.#keys.service(ref).targets)));
  }

  async events(id: DeploymentId): Promise<readonly RecordedEvent[]> {
    return decodeEvents(await this.#redis.lrange(this.#keys.deployment(id).events, 0, -1));
  }

  async lastEnded(): Promise<Deployment | null> {
    return this.#loaded(await this.#redis.get(this.#keys.ended));
  }

  async newestOpen(): Promise<Deployment | null> {
    return this.#loaded((await this.#redis.zrevrange(this.#keys.open, 0, 0))[0] ?? null);
  }

  async #loaded(id: string | null): Promise<Deployment | null> {
    return id === null ? null : ((await this.#store.load(deploymentId(id))) ?? null);
  }
}
