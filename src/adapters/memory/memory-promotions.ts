import type { ServiceRef } from '../../domain/model/ids.js';
import type { Clock } from '../../domain/ports/clock.js';
import type {
  PromotionStore,
  PromotionWrite,
  PromotionWritten,
} from '../../domain/promotion/promotion-store.js';
import {
  isMoving,
  isOpen,
  type Promotion,
  type PromotionId,
} from '../../domain/promotion/promotion.js';
import { err, ok } from '../../domain/model/result.js';

/** Promotions in one process's memory, and how far the events were followed. */
export class MemoryPromotionStore implements PromotionStore {
  readonly #promotions = new Map<PromotionId, Promotion>();
  readonly #due = new Map<PromotionId, number>();
  readonly #clock: Clock;
  #cursor: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async cursor(): Promise<string | null> {
    return this.#cursor;
  }

  async write({ changes, cursor }: PromotionWrite): Promise<PromotionWritten> {
    const stale = changes.some(
      ({ before, after }) =>
        before !== null && this.#promotions.get(after.id)?.revision !== before.revision,
    );
    if (stale || (cursor && cursor.from !== this.#cursor)) return err({ code: 'store/stale' });
    if (cursor) this.#cursor = cursor.to;
    for (const { before, after, lookInMs } of changes) {
      if (before === null && this.#promotions.has(after.id)) continue;
      this.#promotions.set(after.id, after);
      if (isMoving(after)) this.#due.set(after.id, this.#clock.now() + lookInMs);
      else this.#due.delete(after.id);
    }
    return ok(null);
  }

  async load(id: PromotionId): Promise<Promotion | undefined> {
    return this.#promotions.get(id);
  }

  async openOf({ environment, service }: ServiceRef): Promise<readonly Promotion[]> {
    return [...this.#promotions.values()].filter(
      (promotion) =>
        isOpen(promotion) && promotion.from === environment && promotion.service === service,
    );
  }

  async due(limit: number): Promise<readonly PromotionId[]> {
    return [...this.#due]
      .filter(([, at]) => at <= this.#clock.now())
      .toSorted(([, a], [, b]) => a - b)
      .slice(0, limit)
      .map(([id]) => id);
  }

  async postpone({ id, revision }: Pick<Promotion, 'id' | 'revision'>, ms: number): Promise<void> {
    if (this.#due.has(id) && this.#promotions.get(id)?.revision === revision) {
      this.#due.set(id, this.#clock.now() + ms);
    }
  }

  async list({
    open,
    limit,
  }: {
    readonly open: boolean;
    readonly limit: number;
  }): Promise<readonly Promotion[]> {
    return [...this.#promotions.values()]
      .filter((promotion) => !open || isOpen(promotion))
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      .slice(0, limit);
  }
}
