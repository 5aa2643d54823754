import type { DeploymentId, ServiceRef, Version } from '../model/ids.js';
import type { ForeignChange } from '../model/deployment/foreign-change.js';
import type { Evidence } from '../model/target.js';
import type { Result } from '../model/result.js';

/** A flag as it stands: which share of the users sees what it guards. */
export interface FlagState {
  readonly flag: string;
  /** 0 to 100, in steps of 0.001. */
  readonly percent: number;
  readonly version: Version | null;
  /** The service that it belongs to, with its environment; none where the store can't tell. */
  readonly owner?: string;
  /** Tells this content of the flag from any other; none where the store can't see what others do. */
  readonly mark?: string;
}

export interface FlagCall extends ServiceRef {
  readonly deploymentId: DeploymentId;
  readonly version: Version;
  /** An older fence than the flag has seen is refused. */
  readonly fence: number;
  /** The mark of what this deployment wrote last; not said before its first write. */
  readonly wrote?: string | undefined;
  /** Whose change may be written over: `any`, or only the flag with this mark. None where it is not said. */
  readonly overwrites?: string | undefined;
}

/**
 * Sets feature flags. The same user key gets the same answer at the same
 * percentage everywhere, and keeps "on" while the percentage only grows.
 * Nothing here throws for what the store can do.
 */
export interface FlagStore {
  readonly kind: string;
  /** Ours, of all services; not there where the store can't tell. */
  list?(signal: AbortSignal): Promise<Result<readonly KeptFlag[], FlagFailure>>;
  /** `null` where there is no such flag. */
  read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>>;
  /**
   * The percentage asked for is the percentage set; `null` takes the flag away.
   * A flag that somebody else changed since it was written last is left alone,
   * where the call does not say that it may be overwritten: `flag/changed`. The
   * evidence has the flag's `mark` then.
   */
  set(
    call: FlagCall,
    flag: string,
    percent: number | null,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>>;
}

export interface FlagFailure {
  readonly code:
    'flag/unreachable' | 'flag/rejected' | 'flag/fenced' | 'flag/aborted' | 'flag/changed';
  /** One sentence, free of secrets. */
  readonly message: string;
  readonly transient: boolean;
  /** Of `flag/changed`. */
  readonly change?: ForeignChange;
}

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
