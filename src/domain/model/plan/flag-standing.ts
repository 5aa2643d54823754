import type { Version } from '../ids.js';

/** What a flag that a plan sets was at when it was planned. */
export interface FlagStanding {
  readonly flag: string;
  /** Up to 100; above 0, unless it is another service's. */
  readonly percent: number;
  /** The version that it shows. */
  readonly version: Version | null;
  /** The service that it belongs to, with its environment, where that is another one. */
  readonly owner?: string;
}
