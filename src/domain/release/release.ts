import type { DeploymentId, EnvironmentName, ServiceName, Version } from '../model/ids.js';
import type { StrategySpec } from '../model/plan/strategy-spec.js';
import type { ReleaseId } from './release-id.js';

/** Several services brought to their versions in order, each by a deployment of its own. */
export interface Release {
  readonly id: ReleaseId;
  readonly name: string | null;
  readonly environment: EnvironmentName;
  readonly members: readonly Member[];
  /** What becomes of the finished members when one fails, or somebody cancels. */
  readonly onFailure: 'rollback' | 'hold';
  /** Each service goes back to a version that was stable there; what is back stays, whatever becomes of the others. */
  readonly rollback?: true;
  readonly state: ReleaseState;
  /** +1 with every write. */
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly requestedBy: string | null;
  readonly idempotencyKey: string | null;
  /** Tells whether two requests for one id asked for the same. */
  readonly digest: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Who let it go on after it had stopped, the first first; the last few of many. */
  readonly retries?: readonly ReleaseRetry[];
}

export interface ReleaseRetry {
  readonly by: string;
  readonly reason: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One service of a release. */
export interface Member {
  readonly service: ServiceName;
  readonly version: Version;
  /** It begins when all of these are completed, and goes back before any of them does. */
  readonly after: readonly ServiceName[];
  readonly strategy: StrategySpec | null;
  readonly status: MemberStatus;
  /** The deployment of this attempt, known before there is one. */
  readonly deploymentId: DeploymentId;
  /** From 1; a retry begins what did not complete anew, as another deployment. */
  readonly attempt: number;
  /** Whether its version is on its targets, or may be on some: what it needs must stay then. */
  readonly inPlace: boolean;
  readonly reason: string | null;
}

export type MemberStatus =
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'rolled_back'
  /** It was not begun, because the release stopped before its turn. */
  | 'skipped';

/**
 * While a release is running, `stop` says that nothing more begins: what runs
 * is left to end, and then the release goes back, or is held.
 */
export type ReleaseState =
  | { readonly status: 'running'; readonly stop: ReleaseStop | null }
  | { readonly status: 'rolling_back'; readonly stop: ReleaseStop }
  | { readonly status: 'completed' }
  | { readonly status: 'rolled_back' | 'failed' | 'cancelled'; readonly reason: string };

export type ReleaseStatus = ReleaseState['status'];

export interface ReleaseStop {
  readonly cause: 'failure' | 'cancel';
  readonly reason: string;
}

export const hasEnded = ({ state }: Release): boolean =>
  state.status !== 'running' && state.status !== 'rolling_back';

/** Why nothing more begins; `null` while the release goes forward. */
export const stopOf = ({ state }: Release): ReleaseStop | null =>
  'stop' in state ? state.stop : null;

/** The sentence that says why it stopped or how it ended; `null` where all went well so far. */
export const releaseReasonOf = ({ state }: Release): string | null =>
  'reason' in state ? state.reason : 'stop' in state ? (state.stop?.reason ?? null) : null;

/** The release as it is after one more write. */
export const amended = (
  release: Release,
  change: Partial<Pick<Release, 'state' | 'members' | 'endedAt' | 'retries'>>,
): Release => ({ ...release, ...change });
