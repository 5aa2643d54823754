import type { DeploymentId, ServiceName } from '../model/ids.js';
import { err, ok, type Result } from '../model/result.js';
import {
  amended,
  hasEnded,
  type Member,
  type Release,
  type ReleaseRetry,
  stopOf,
} from './release.js';

export interface ReleaseRefusal {
  readonly code: 'release/refused';
  /** One sentence that names the release, its state and what was asked. */
  readonly message: string;
}

/** The release to store, the very same where the command was accepted before; or why not. */
export type ReleaseAnswer = Result<Release, ReleaseRefusal>;

/**
 * Nothing more begins; what runs is left to end. Then what was completed goes
 * back, or stays, as the release's own `onFailure` says.
 */
export function cancelRelease(release: Release, reason: string, by: string): ReleaseAnswer {
  if (release.state.status === 'cancelled' || stopOf(release) !== null) return ok(release);
  if (hasEnded(release)) return refuse(release, 'cancel');
  const said = `cancelled by ${by}: ${reason}`;
  return ok(written(release, { status: 'running', stop: { cause: 'cancel', reason: said } }));
}

export interface Retry {
  /** Services whose deployment of the last attempt is completed, as it stands now. */
  readonly standing: ReadonlySet<ServiceName>;
  /** The deployment of a service's next attempt. */
  readonly deploymentOf: (service: ServiceName, attempt: number) => DeploymentId;
  /** Who asked for it, and why. */
  readonly said: ReleaseRetry;
}

const MOST_RETRIES_KEPT = 20;

/** Goes on from where it stopped: what stands is kept, the rest begins anew. */
export function retryRelease(
  release: Release,
  { standing, deploymentOf, said }: Retry,
): ReleaseAnswer {
  if (!hasEnded(release) || release.state.status === 'completed') return refuse(release, 'retry');
  const members = release.members.map((member): Member => {
    const { service, attempt } = member;
    if (standing.has(service)) {
      return { ...member, status: 'completed', inPlace: true, reason: null };
    }
    const next = attempt + 1;
    const deploymentId = deploymentOf(service, next);
    return { ...member, status: 'pending', attempt: next, deploymentId, reason: null };
  });
  const retries = [...(release.retries ?? []), said].slice(-MOST_RETRIES_KEPT);
  const running = written(release, { status: 'running', stop: null });
  return ok(amended(running, { members, endedAt: null, retries }));
}

const written = (release: Release, state: Release['state']): Release => ({
  ...amended(release, { state }),
  revision: release.revision + 1,
});

const refuse = ({ id, state }: Release, what: string): ReleaseAnswer =>
  err({ code: 'release/refused', message: `cannot ${what} ${id}: it is ${state.status}` });
