import type { PlanStatus } from '../../../domain/model/deployment/plan-state.js';
import { promotionId } from '../../../domain/promotion/promotion.js';
import { releaseId } from '../../../domain/release/release-id.js';
import type {
  KnownTrace,
  RecordKind,
  RetentionStore,
  Trimmed,
  TrimOrder,
} from '../../../domain/retention/retention-store.js';
import { asId, refOf } from './audit-questions.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';
import { type Command, pipelined, strings } from '../connection/read-only.js';

const SCRIPTS = {
  deployment: new Script('trim-deployment.lua'),
  record: new Script('trim-record.lua'),
};

/** As many are remembered as trimmed: enough for whoever is leafing through the history just now. */
const MOST_REMEMBERED = 10_000;

/** Lets go of records in Redis: each by one script, which asks again whether it may. */
export class RedisRetentionStore implements RetentionStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async deployments(from: number, limit: number): Promise<readonly KnownTrace[]> {
    const { history } = this.#keys;
    const listed = await this.#redis.zrange(history, from, `${from + limit - 1}`, 'WITHSCORES');
    const ids = listed.filter((_, at) => at % 2 === 0).map(asId);
    const records = await pipelined(
      this.#redis,
      ids.map((id): Command => {
        return ['hmget', this.#keys.deployment(id).record, 'status', 'endedAt', 'svc'];
      }),
    );
    const ranks = await pipelined(
      this.#redis,
      records.map((record, at): Command => {
        const ref = refOf(strings(record)[2] ?? '');
        const place = ref === null ? history : this.#keys.service(ref).history;
        return ['zrevrank', place, ids[at] ?? ''];
      }),
    );
    return ids.map((id, at) => {
      const [status, endedAt] = strings(records[at]);
      return {
        id,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
        status: (status || 'draft') as PlanStatus,
        createdAt: Number(listed[2 * at + 1]),
        endedAt: Number(endedAt) || null,
        newer: Number(ranks[at] ?? 0),
      };
    });
  }

  async trim({ id, endedBefore, newer }: TrimOrder): Promise<Trimmed> {
    const own = this.#keys.deployment(id);
    const { active, history, ended, due, open, releases, promotions, trimmed } = this.#keys;
    const reply = await SCRIPTS.deployment.run(
      this.#redis,
      // prettier-ignore
      [own.record, own.targets, own.events, active, history, ended, due, open, releases.members, promotions.open, trimmed.counters, trimmed.lately],
      [id, endedBefore, newer, this.#keys.prefix, MOST_REMEMBERED],
    );
    const [word, why = ''] = strings(reply);
    if (word === 'KEPT') return { kind: 'kept', why };
    return { kind: word === 'TRIMMED' ? 'trimmed' : 'gone' };
  }

  async records(
    kind: RecordKind,
    from: number,
    limit: number,
    keep: number,
  ): Promise<readonly string[]> {
    const { all } = this.#keys[kind];
    const most = Math.min(limit, (await this.#redis.zcard(all)) - keep - from);
    return most <= 0 ? [] : this.#redis.zrange(all, from, `${from + most - 1}`);
  }

  async trimRecord(kind: RecordKind, id: string, endedBefore: number): Promise<boolean> {
    const { releases, promotions } = this.#keys;
    const keys =
      kind === 'releases'
        ? [this.#keys.release(releaseId(id)), releases.all, releases.due]
        : [this.#keys.promotion(promotionId(id)), promotions.all, promotions.open];
    return (await SCRIPTS.record.run(this.#redis, keys, [id, endedBefore])) === 'TRIMMED';
  }
}
