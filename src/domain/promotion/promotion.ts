import type { DeploymentId, EnvironmentName, ServiceName, Version } from '../model/ids.js';

/** What comes after a completed deployment: the same version, one environment further. */
export interface PromotionRule {
  readonly from: EnvironmentName;
  readonly to: EnvironmentName;
  /** How long it must stay the active deployment there, in milliseconds. */
  readonly soak: number;
  /** Without it, a person lets it go on. */
  readonly auto: boolean;
}

declare const brand: unique symbol;

/** One per deployment and environment it may go on to. */
export type PromotionId = string & { readonly [brand]: 'PromotionId' };

export const PROMOTION_ID_PATTERN = /^dep_[0-9a-z]{10,40}\.[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

/** @throws TypeError when it is no such name */
export function promotionId(text: string): PromotionId {
  if (!PROMOTION_ID_PATTERN.test(text)) {
    throw new TypeError(
      `${JSON.stringify(text)} is not a promotion id: it must match ${PROMOTION_ID_PATTERN.source}`,
    );
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mint: checked on the lines above
  return text as PromotionId;
}

/** A version on its way from one environment to another. */
export interface Promotion {
  readonly id: PromotionId;
  readonly service: ServiceName;
  readonly from: EnvironmentName;
  readonly to: EnvironmentName;
  readonly version: Version;
  /** The deployment in `from` that completed. */
  readonly source: DeploymentId;
  /** The one in `to`, known before there is one. */
  readonly deploymentId: DeploymentId;
  readonly auto: boolean;
  /** The person who let it go on; `null` where nobody has, or nobody had to. */
  readonly approvedBy: string | null;
  readonly state: PromotionState;
  /** +1 with every write. */
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly soakUntil: number;
}

/**
 * `ready`: it waits for a person. `dropped`: it must not, or need not, go on.
 * `failed`: its deployment was refused.
 */
export type PromotionState =
  | { readonly status: 'soaking' | 'promoting' | 'promoted' }
  | { readonly status: 'ready' | 'dropped' | 'failed'; readonly reason: string };

export type PromotionStatus = PromotionState['status'];

const OPEN: ReadonlySet<PromotionStatus> = new Set(['soaking', 'ready', 'promoting']);

/** Whether something may still become of it. */
export const isOpen = ({ state }: Promotion): boolean => OPEN.has(state.status);

/** Whether it goes on by itself; one that is ready waits for a person. */
export const isMoving = (promotion: Promotion): boolean =>
  isOpen(promotion) && promotion.state.status !== 'ready';

/** Whether its deployment was not asked for yet: then another version may still take its place. */
export const isHeldBack = ({ state }: Promotion): boolean =>
  state.status === 'soaking' || state.status === 'ready';

export const turned = (promotion: Promotion, state: PromotionState): Promotion => ({
  ...promotion,
  state,
  revision: promotion.revision + 1,
});
