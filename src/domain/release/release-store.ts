import type { DeploymentId } from '../model/ids.js';
import type { Release } from './release.js';
import type { ReleaseId } from './release-id.js';
import type { Result } from '../model/result.js';

/**
 * The truth about releases. Each writing call is all or nothing, and the same
 * call sent again (a lost reply) changes nothing and answers the same.
 */
export interface ReleaseStore {
  /** Stores a new release, to be looked at now; the same id and digest again is the one that exists. */
  create(release: Release): Promise<ReleaseCreated>;
  load(id: ReleaseId): Promise<Release | undefined>;
  /**
   * Writes `after` in place of `before`, unless somebody else has written since.
   *
   * @param lookInMs when an open release is looked at next
   */
  save(before: Release, after: Release, lookInMs: number): Promise<ReleaseSaved>;
  /** Open releases that somebody should look at now, longest overdue first. */
  due(limit: number): Promise<readonly ReleaseId[]>;
  /** Looks again in `ms`, unless somebody has written since that revision. */
  postpone(release: Pick<Release, 'id' | 'revision'>, ms: number): Promise<void>;
  /** Something happened to these deployments: open releases that they belong to are looked at first. */
  wake(deployments: readonly DeploymentId[]): Promise<void>;
  /** Newest first. */
  list(query: ReleaseQuery): Promise<ReleasePage>;
}

export type ReleaseCreated = Result<
  { readonly release: Release; readonly created: boolean },
  { readonly code: 'store/conflict'; readonly existing: Release }
>;

export type ReleaseSaved = Result<null, { readonly code: 'store/stale' | 'store/missing' }>;

export interface ReleaseQuery {
  /** 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: ReleaseId | undefined;
}

export interface ReleasePage {
  readonly items: readonly Release[];
  readonly next: ReleaseId | null;
}
