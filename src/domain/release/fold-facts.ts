import { isNextBack } from './awaited-job.js';
import { type MemberFact, NO_FACT } from './member-fact.js';
import { type Member, type Release, stopOf } from './release.js';
import type { ServiceName } from '../model/ids.js';

const LOST = 'its deployment is no longer in the store';

/** The members as the facts make them; a member that nothing happened to is the very same. */
export const membersAfter = (
  release: Release,
  facts: ReadonlyMap<ServiceName, MemberFact>,
): readonly Member[] =>
  release.members.map((member) => {
    const fact = facts.get(member.service) ?? NO_FACT;
    if (member.status !== 'running' && member.status !== 'completed') return member;
    return release.state.status === 'rolling_back'
      ? goingBack(release, member, fact)
      : goingForward(release, member, fact);
  });

/** Also what was completed is looked at again: somebody may roll it back while others still wait for their turn. */
function goingForward(release: Release, member: Member, { deployment, job }: MemberFact): Member {
  if (deployment === null) {
    if (member.status === 'completed') return member;
    if (job.state === 'refused') return failed(member, job.reason, member.inPlace);
    if (job.state === 'done' && release.rollback) return backAlready(member, job.deploymentId);
    return job.state === 'done' ? failed(member, LOST, true) : member;
  }
  const { status, reason } = deployment;
  // What an earlier attempt left there, an attempt that touched nothing has not taken away.
  const inPlace = deployment.inPlace || (member.inPlace && member.status === 'running');
  const why = reason === null ? '' : `: ${reason}`;
  switch (status) {
    case 'completed':
      return become(member, 'completed', true, null);
    case 'rolled_back':
      return failed(member, `rolled back${why}`, false);
    case 'failed':
      return failed(member, reason ?? 'failed', inPlace);
    case 'cancelled':
      return stopOf(release) === null
        ? failed(member, `cancelled${why}`, inPlace)
        : become(member, 'skipped', inPlace, null);
    case 'draft':
    case 'approved':
    case 'executing':
    case 'verifying':
    case 'paused':
    case 'rolling_back':
      return job.state === 'refused'
        ? failed(member, `could not be cancelled: ${job.reason}`, inPlace)
        : become(member, 'running', member.inPlace && member.status === 'running', null);
  }
}

/** No deployment was made for a way back: its version is active already, or nothing is. */
const backAlready = (member: Member, active: string | null | undefined): Member =>
  active == null
    ? failed(member, 'nothing is active: there is nothing to roll back', member.inPlace)
    : become(member, 'completed', true, null);

function goingBack(release: Release, member: Member, { deployment, job }: MemberFact): Member {
  if (deployment === null) return failed(member, LOST, true);
  const { status, reason, inPlace } = deployment;
  if (status === 'rolled_back') return become(member, 'rolled_back', false, null);
  if (status === 'failed' && !inPlace) return become(member, 'rolled_back', false, reason);
  if (status === 'failed') return failed(member, reason ?? 'failed', true);
  if (status === 'completed' && job.state === 'refused' && isNextBack(release, member)) {
    return failed(member, `could not be rolled back: ${job.reason}`, true);
  }
  return member;
}

const failed = (member: Member, reason: string, inPlace: boolean): Member =>
  become(member, 'failed', inPlace, reason);

function become(
  member: Member,
  status: Member['status'],
  inPlace: boolean,
  reason: string | null,
): Member {
  const same = member.status === status && member.inPlace === inPlace && member.reason === reason;
  return same ? member : { ...member, status, inPlace, reason };
}
