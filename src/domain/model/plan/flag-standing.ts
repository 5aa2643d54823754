import type { Version } from '../ids.js';

/** What a flag that a plan sets was at when it was planned. */
export interface FlagStanding {
  readonly flag: string;
  /** Above 0, up to 100. */
  readonly percent: number;
  /** The version that it shows. */
  readonly version: Version | null;
}
