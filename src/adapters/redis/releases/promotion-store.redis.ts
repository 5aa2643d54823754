import type { ServiceRef } from '../../../domain/model/ids.js';
import type {
  PromotionStore,
  PromotionWrite,
  PromotionWritten,
} from '../../../domain/promotion/promotion-store.js';
import {
  isMoving,
  isOpen,
  type Promotion,
  type PromotionId,
  promotionId,
} from '../../../domain/promotion/promotion.js';
import { err, ok } from '../../../domain/model/result.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { operationId, Script } from '../connection/load-scripts.js';

const SCRIPTS = {
  write: new Script('write-promotions.lua'),
  due: new Script('due-looks.lua'),
  postpone: new Script('postpone-look.lua'),
};

const flag = (value: boolean): string => (value ? '1' : '0');

/** Promotions in Redis, and how far the events were followed: every writing call is one script. */
export class RedisPromotionStore implements PromotionStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  cursor(): Promise<string | null> {
    return this.#redis.hget(this.#keys.promotions.cursor, 'after');
  }

  async write({ changes, cursor }: PromotionWrite): Promise<PromotionWritten> {
    const { cursor: key, all, open, due } = this.#keys.promotions;
    const records = changes.flatMap(({ after }) => [
      this.#keys.promotion(after.id),
      this.#keys.service({ environment: after.from, service: after.service }).promotions,
    ]);
    const fields = changes.flatMap(({ before, after, lookInMs }) => [
      ...[after.id, before?.revision ?? '', after.revision, after.createdAt],
      ...[flag(isOpen(after)), isMoving(after) ? lookInMs : '', JSON.stringify(after)],
    ]);
    const moved = [flag(cursor !== undefined), cursor?.from ?? '', cursor?.to ?? ''];
    const word = await SCRIPTS.write.run(
      this.#redis,
      [key, all, open, due, ...records],
      [operationId(), ...moved, ...fields],
    );
    return word === 'OK' ? ok(null) : err({ code: 'store/stale' });
  }

  async load(id: PromotionId): Promise<Promotion | undefined> {
    const body = await this.#redis.hget(this.#keys.promotion(id), 'body');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    return body === null ? undefined : (JSON.parse(body) as Promotion);
  }

  async openOf(from: ServiceRef): Promise<readonly Promotion[]> {
    return this.#loadAll(await this.#redis.smembers(this.#keys.service(from).promotions));
  }

  async due(limit: number): Promise<readonly PromotionId[]> {
    const ids = await SCRIPTS.due.run(this.#redis, [this.#keys.promotions.due], [limit]);
    return Array.isArray(ids) ? ids.map(String).map(promotionId) : [];
  }

  async postpone({ id, revision }: Pick<Promotion, 'id' | 'revision'>, ms: number): Promise<void> {
    const keys = [this.#keys.promotion(id), this.#keys.promotions.due];
    await SCRIPTS.postpone.run(this.#redis, keys, [id, revision, ms]);
  }

  async list({
    open,
    limit,
  }: {
    readonly open: boolean;
    readonly limit: number;
  }): Promise<readonly Promotion[]> {
    const key = open ? this.#keys.promotions.open : this.#keys.promotions.all;
    return this.#loadAll(await this.#redis.zrevrange(key, 0, limit - 1));
  }

  async #loadAll(ids: readonly string[]): Promise<readonly Promotion[]> {
    const found = await Promise.all(ids.map((id) => this.load(promotionId(id))));
    return found.filter((promotion) => promotion !== undefined);
  }
}
