import type { ServiceRef } from '../model/ids.js';
import type { PromotionChange } from './follow-events.js';
import type { Promotion, PromotionId } from './promotion.js';
import type { Result } from '../model/result.js';

/**
 * The truth about promotions, and how far the events have been followed. A
 * write is all or nothing, and sent again (a lost reply) it changes nothing.
 */
export interface PromotionStore {
  /** Behind which event to read on; `null` before the first write. */
  cursor(): Promise<string | null>;
  /**
   * Writes what changed, and moves the cursor in the same write, unless
   * somebody else has written one of them since.
   */
  write(write: PromotionWrite): Promise<PromotionWritten>;
  load(id: PromotionId): Promise<Promotion | undefined>;
  /** The open promotions that begin with this service in this environment. */
  openOf(from: ServiceRef): Promise<readonly Promotion[]>;
  /** Promotions that somebody should look at now, longest overdue first. */
  due(limit: number): Promise<readonly PromotionId[]>;
  /** Looks again in `ms`, unless somebody has written since that revision. */
  postpone(promotion: Pick<Promotion, 'id' | 'revision'>, ms: number): Promise<void>;
  /** Newest first. @param query.limit 1 to 200 */
  list(query: { readonly open: boolean; readonly limit: number }): Promise<readonly Promotion[]>;
}

export interface PromotionWrite {
  /** A new promotion that is there already is left as it is. */
  readonly changes: readonly (PromotionChange & {
    /** When a promotion that goes on by itself is looked at next. */
    readonly lookInMs: number;
  })[];
  readonly cursor?: { readonly from: string | null; readonly to: string };
}

export type PromotionWritten = Result<null, { readonly code: 'store/stale' }>;
