import type { Amount } from './amount.js';

/** What keeps the capacity up while targets are replaced. */
export interface CapacitySettings {
  /**
   * Targets that may be out of service at any time; a percentage is rounded
   * down. Counted over the targets that have the traffic. Default: no limit.
   */
  readonly maxUnavailable?: Amount | undefined;
  /** Targets that may fail, over the whole deployment, before it stops; a percentage is rounded down. Default 0. */
  readonly failureTolerance?: Amount | undefined;
}
