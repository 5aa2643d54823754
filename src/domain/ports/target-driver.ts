import type { DeploymentId, ServiceRef, TargetId, Version } from '../model/ids.js';
import type { Evidence, Target } from '../model/target.js';
import type { Result } from '../model/result.js';

/** One driver call: what goes where, on whose authority. */
export interface DriverCall extends ServiceRef {
  readonly action: 'deploy' | 'rollback';
  readonly deploymentId: DeploymentId;
  readonly target: Target;
  /** What the target should run afterwards; `null` asks for nothing to run there (drivers with `removes` only). */
  readonly version: Version | null;
  readonly previousVersion: Version | null;
  /** Grows with every holder of the slot and every run: a call with an older one than was seen must be refused. */
  readonly fence: number;
}

/** A call that another run made, and whose end nobody recorded. */
export interface UnsettledCall extends DriverCall {
  /** The worker that made it, and when (epoch milliseconds). */
  readonly worker: string | null;
  readonly calledAt: number | null;
}

/** What a target itself shows of what it runs, and of the one call that put it there. */
export interface TargetObservation {
  /** `null`: nothing runs there. */
  readonly version: Version | null;
  readonly deploymentId: DeploymentId;
  readonly fence: number;
}

/** What a driver finds running for a target, whoever has asked for it. */
export interface HeldTarget extends ServiceRef {
  readonly target: TargetId;
  readonly address: string;
  readonly version: Version;
}

/** Puts versions on targets. Applying the same call again must converge, not duplicate. */
export interface TargetDriver {
  readonly kind: string;
  readonly fences: boolean;
  readonly removes: boolean;
  /** The longest one `apply` may take, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Makes the target run the version and shows evidence of it. When the signal
   * aborts it stops what it started and answers `driver/aborted`. It does not
   * throw for anything that a target or a command can do.
   */
  apply(call: DriverCall, signal: AbortSignal): Promise<Result<Evidence, DriverFailure>>;
  /**
   * Sees to it that nothing of an earlier, unrecorded call still runs: ends it,
   * or finds that it has ended. Answers 0 when settled, else in how many
   * milliseconds to ask again.
   */
  settle(call: UnsettledCall, signal: AbortSignal): Promise<number>;
  /**
   * Looks at the target of a call that is settled; `null` where what it runs, or
   * who put it there, is not known. Only for drivers whose calls leave their mark
   * at the target as the very last thing they do there, when the version runs:
   * what half a call leaves behind must never look like a whole one. It may
   * throw: nothing is known then.
   */
  observe?(call: UnsettledCall, signal: AbortSignal): Promise<TargetObservation | null>;
  /** Everything that it runs, of all services, as far as that can be told from here. Only for drivers that can. */
  list?(): Promise<readonly HeldTarget[]>;
}

export type DriverFailureCode =
  | 'driver/unreachable'
  | 'driver/timeout'
  | 'driver/rejected'
  | 'driver/fenced'
  | 'driver/aborted'
  | 'driver/misconfigured';

export interface DriverFailure {
  readonly code: DriverFailureCode;
  /** One sentence, free of secrets. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly transient: boolean;
  readonly evidence?: Evidence | undefined;
}
