import type { ActiveDeployment, TakenBack, VersionRecord } from './active-deployment.js';
import type { DeploymentId, ServiceRef, Version } from './ids.js';

/**
 * `active`: it is live. `superseded`: a newer one is; a rollback goes back through
 * these, newest first. `rolled_back`: a rollback took it back; one to it names it.
 */
export type VersionState = 'active' | 'superseded' | 'rolled_back';

/** A version that was stable on a service. */
export interface ServiceVersion extends ServiceRef {
  readonly version: Version;
  readonly state: VersionState;
  /** The deployment that was completed with it; the newest of several. */
  readonly deploymentId: DeploymentId;
  /** Since when it is in this state (epoch milliseconds). */
  readonly since: number;
  /** The deployment that brought it into this state. */
  readonly by: DeploymentId;
}

/**
 * The stable versions of a service, each once: what is live first, then what
 * plain rollbacks go back through, then what was taken back, the newest first.
 */
export function versionsOf({
  stable,
  takenBack,
  active,
}: VersionRecord): readonly ServiceVersion[] {
  const listed = new Map<Version, ServiceVersion>();
  const list = (
    { environment, service, version, deploymentId }: ActiveDeployment,
    standing: Pick<ServiceVersion, 'state' | 'since' | 'by'>,
  ): void => {
    if (version === null || listed.has(version)) return;
    listed.set(version, { environment, service, version, deploymentId, ...standing });
  };
  for (const [at, entry] of stable.entries()) {
    // Nothing is on top of the first, but a deployment that failed may have come since.
    const over = stable[at - 1] ?? active ?? entry;
    const { deploymentId: by, since } = over;
    const isLive = at === 0 && by === entry.deploymentId;
    list(entry, { state: isLive ? 'active' : 'superseded', since, by });
  }
  for (const entry of takenBack) list(entry, standingOf(entry));
  return [...listed.values()];
}

const standingOf = ({ at: since, by }: TakenBack) => ({ state: 'rolled_back', since, by }) as const;
