import type { DeploymentFact } from './member-fact.js';
import { type Member, type Release, stopOf } from './release.js';
import { dependentsOf } from './release-order.js';

/** `plan`: makes the member's deployment. `rollback`: takes it back, or cancels what has not begun. */
export type ReleaseJobKind = 'plan' | 'rollback';

const NOT_BEGUN: ReadonlySet<string> = new Set(['draft', 'approved']);

/** The job that a member waits for in the release's present state, or none. */
export function awaitedJob(
  release: Release,
  member: Member,
  deployment: DeploymentFact | null,
): ReleaseJobKind | null {
  if (member.status === 'running') {
    if (deployment === null) return 'plan';
    return stopOf(release) !== null && NOT_BEGUN.has(deployment.status) ? 'rollback' : null;
  }
  if (!isNextBack(release, member)) return null;
  return deployment === null || deployment.status === 'completed' ? 'rollback' : null;
}

/** Whether a completed member may go back now: everything that needs it is back. */
export const isNextBack = (release: Release, member: Member): boolean =>
  release.state.status === 'rolling_back' &&
  member.status === 'completed' &&
  dependentsOf(release.members, member.service).every(({ inPlace }) => !inPlace);
