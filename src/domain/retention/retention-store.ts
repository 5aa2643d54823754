import type { DeploymentId } from '../model/ids.js';
import type { DeploymentTrace } from './deployment-rule.js';

/** Prunes what nobody needs any more. */
export interface RetentionStore {
  /** Deployments by creation, oldest first, from a place on. */
  deployments(from: number, limit: number): Promise<readonly KnownTrace[]>;
  /**
   * Lets one deployment go, all or nothing, unless it is not what it was taken
   * for or somebody still names it. Once more, it does nothing.
   */
  trim(order: TrimOrder): Promise<Trimmed>;
  /**
   * Releases or promotions by creation, oldest first, from a place on; those
   * that may still change are among them.
   *
   * @param keep the newest so many are not named
   */
  records(kind: RecordKind, from: number, limit: number, keep: number): Promise<readonly string[]>;
  /** Lets one go, unless it is open or ended later; answers whether it is not there any more. */
  trimRecord(kind: RecordKind, id: string, endedBefore: number): Promise<boolean>;
}

export type RecordKind = 'releases' | 'promotions';

export interface KnownTrace extends DeploymentTrace {
  readonly id: DeploymentId;
}

export interface TrimOrder {
  readonly id: DeploymentId;
  /** Epoch milliseconds: later than this it must not have ended. */
  readonly endedBefore: number;
  /** So many deployments of its service must have been made after it. */
  readonly newer: number;
}

/** `why`: one word for what keeps it, for those who ask. */
export type Trimmed =
  { readonly kind: 'trimmed' | 'gone' } | { readonly kind: 'kept'; readonly why: string };
