import type { FlagStanding } from '../plan/flag-standing.js';

/** The flag of a version before, which a completed deployment takes with it. */
export interface OldFlag extends Pick<FlagStanding, 'flag' | 'percent'> {
  /** The version that it shows. */
  readonly version: string;
}

/** What became of the flags of versions before. */
export interface RemovedFlags {
  readonly removed: readonly OldFlag[];
  readonly left: readonly LeftFlag[];
  /** Why none of them could be looked at. */
  readonly error?: string;
}

/** One that stays all the same. */
export interface LeftFlag extends Pick<OldFlag, 'flag'> {
  /** Why, in a sentence part. */
  readonly reason: string;
}
