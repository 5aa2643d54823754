import type { StableVersion } from '../active-deployment.js';
import type { Declared } from '../declared.js';
import type { DeploymentId, Version } from '../ids.js';

/** The last good version under a deployment: what its rollback goes back to. */
export interface PreviousVersion {
  readonly version: Version;
  readonly deploymentId: DeploymentId;
}

/** Somebody asked for a service to go back to the deployment's version. */
export interface RollbackOrder {
  readonly reason: string;
}

/** What a rollback to a named version goes back past, and where one of its own would lead. */
export interface TakesBack {
  /** The stable versions above the named one, newest first. */
  readonly versions: readonly TakenVersion[];
  /** The stable version whose place it takes; `null` where that was taken back before. */
  readonly replaces: DeploymentId | null;
  /** What is under it once it is completed. */
  readonly beneath: WayBack;
}

export interface TakenVersion {
  readonly version: Version | null;
  readonly deploymentId: DeploymentId;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** Where a way back leads; `null` to nothing. */
export interface WayBack {
  readonly previous: PreviousVersion | null;
  readonly declared: Declared | null;
}

const NOWHERE: WayBack = { previous: null, declared: null };

/** What lies beneath a deployment that has this stable version under it. */
export function wayBackTo(good: StableVersion | null | undefined): WayBack {
  if (good == null) return NOWHERE;
  const { deploymentId, declared } = good;
  return { previous: { version: declared.version, deploymentId }, declared };
}

/** @param stable newest first */
export function takesBack(version: Version, stable: readonly StableVersion[]): TakesBack {
  const at = stable.findIndex((entry) => entry.version === version);
  return {
    versions: stable
      .slice(0, Math.max(0, at))
      .map(({ version: its, deploymentId, since }) => ({ version: its, deploymentId, since })),
    replaces: stable[at]?.deploymentId ?? null,
    beneath: wayBackTo(stable[at + 1]),
  };
}

/** How many stable versions it takes the place of. */
export const placesTaken = ({ versions, replaces }: TakesBack): number =>
  versions.length + (replaces === null ? 0 : 1);

/**
 * Where a rollback of the deployment leads. One that went back to a named version
 * undoes itself as long as it is under way; once it is completed, the next
 * rollback leads further back, and not forwards to what it took back.
 */
export const wayBackOf = (
  deployment: WayBack & { readonly succeeded: boolean; readonly takesBack: TakesBack | null },
): WayBack =>
  deployment.succeeded && deployment.takesBack !== null
    ? deployment.takesBack.beneath
    : { previous: deployment.previous, declared: deployment.declared };
