import type { ServiceRef } from '../model/ids.js';
import type { Result } from '../model/result.js';
import type { FlagFailure } from './flag-store.js';

/** A flag of ours, as it stands in its store. */
export interface KeptFlag extends ServiceRef {
  readonly flag: string;
  /** 0 to 100. */
  readonly percent: number;
  /** The version that set it last. */
  readonly version: string;
  readonly deploymentId: string;
  /** When it was set last (epoch milliseconds); `null` where that can't be told. */
  readonly since: number | null;
  /** Tells what was listed from what it is later. */
  readonly mark: string;
}

/** Looks after the flags that deployments have left: for people, outside of any deployment. */
export interface FlagKeeper {
  /** Where the flags are, in a few words. */
  readonly place: string;
  /** Ours, of all services. */
  list(signal: AbortSignal): Promise<Result<readonly KeptFlag[], FlagFailure>>;
  /**
   * Gives a flag to another service of its environment, or takes it away (`null`).
   * Nothing happens where it is no longer as it was listed: then the answer is `false`.
   */
  give(
    flag: KeptFlag,
    to: ServiceRef['service'] | null,
    signal: AbortSignal,
  ): Promise<Result<boolean, FlagFailure>>;
}
