import type { ServiceName } from '../model/ids.js';
import { awaitedJob, isNextBack, type ReleaseJobKind } from './awaited-job.js';
import { membersAfter } from './fold-facts.js';
import { type MemberFact, NO_FACT } from './member-fact.js';
import {
  amended,
  hasEnded,
  type Member,
  type Release,
  type ReleaseState,
  type ReleaseStop,
  stopOf,
} from './release.js';
import { dependentsOf } from './release-order.js';

/** A job that a release's state calls for. Its id follows from these, so publishing it twice is one job. */
export interface ReleaseJob {
  readonly kind: ReleaseJobKind;
  readonly release: Release;
  readonly member: Member;
  /** Why it goes back. */
  readonly reason: string;
}

export interface ReleaseDecision {
  /** To be stored before anything is published; the very same release where nothing changed. */
  readonly after: Release;
  readonly publish: readonly ReleaseJob[];
  /** When to look again, if nothing wakes the release before; in milliseconds. */
  readonly lookInMs: number;
}

/** A refused job tells nobody: it is looked at often. The end of a deployment wakes its release. */
const JOB_LOOK_MS = 1_000;
const LOOK_MS = 60_000;

/**
 * What a release comes to in the light of the facts, and the jobs it is owed
 * then. A crash between any two steps of carrying this out is repaired by asking
 * again: intent is stored first, and what is there already is not published.
 *
 * @param at epoch milliseconds
 */
export function releaseOwed(
  release: Release,
  facts: ReadonlyMap<ServiceName, MemberFact>,
  at: number,
): ReleaseDecision {
  if (hasEnded(release)) return { after: release, publish: [], lookInMs: LOOK_MS };
  const settled = settle(withMembers(release, membersAfter(release, facts)));
  const after =
    settled === release
      ? release
      : {
          ...settled,
          revision: release.revision + 1,
          endedAt: hasEnded(settled) ? at : null,
        };
  const reason = `release ${after.id}: ${stopOf(after)?.reason ?? 'stopped'}`.slice(0, 1_000);
  const waiting = after.members.flatMap((member) => {
    const fact = facts.get(member.service) ?? NO_FACT;
    const kind = awaitedJob(after, member, fact.deployment);
    return kind === null ? [] : [{ job: fact.job, owed: { kind, release: after, member, reason } }];
  });
  return {
    after,
    publish: waiting.flatMap(({ job, owed }) => (job.state === 'absent' ? [owed] : [])),
    lookInMs: waiting.length > 0 ? JOB_LOOK_MS : LOOK_MS,
  };
}

/** Goes on until the state calls for nothing that can be decided now. */
function settle(release: Release): Release {
  const next = step(release);
  return next === release ? release : settle(next);
}

function step(release: Release): Release {
  const { state } = release;
  switch (state.status) {
    case 'running':
      return state.stop === null ? goForward(release) : stopping(release, state.stop);
    case 'rolling_back':
      return release.members.some((member) => isNextBack(release, member))
        ? release
        : wentBack(release, state.stop);
    case 'completed':
    case 'rolled_back':
    case 'failed':
    case 'cancelled':
      return release;
  }
}

function goForward(release: Release): Release {
  const failure = release.members.find(({ status }) => status === 'failed');
  if (failure) {
    const reason = `${failure.service}: ${failure.reason}`;
    return amended(release, { state: { status: 'running', stop: { cause: 'failure', reason } } });
  }
  if (allCompleted(release)) return amended(release, { state: { status: 'completed' } });
  const completed = new Set(
    release.members.filter(({ status }) => status === 'completed').map(({ service }) => service),
  );
  return eachMember(release, (member) =>
    member.status === 'pending' && member.after.every((needed) => completed.has(needed))
      ? { ...member, status: 'running' }
      : member,
  );
}

/** Nothing more begins; when nothing runs any more, the policy decides. */
function stopping(release: Release, stop: ReleaseStop): Release {
  const { members, onFailure } = release;
  if (members.some(({ status }) => status === 'pending')) {
    return eachMember(release, (member) =>
      member.status === 'pending' ? { ...member, status: 'skipped' } : member,
    );
  }
  if (members.some(({ status }) => status === 'running')) return release;
  const cancelled = stop.cause === 'cancel';
  if (onFailure === 'rollback' && members.some(({ status }) => status === 'completed')) {
    return amended(release, { state: { status: 'rolling_back', stop } });
  }
  if (cancelled && allCompleted(release)) {
    return amended(release, { state: { status: 'completed' } });
  }
  const { reason } = stop;
  return amended(release, { state: { status: cancelled ? 'cancelled' : 'failed', reason } });
}

/** Says plainly what could not go back, and what was left because of it. */
function wentBack(release: Release, { reason }: ReleaseStop): Release {
  const left = release.members.filter(({ inPlace }) => inPlace);
  if (left.length === 0) {
    const state: ReleaseState = { status: 'rolled_back', reason: reason + troubles(release) };
    return amended(release, { state });
  }
  const told = eachMember(release, (member) => {
    if (member.status !== 'completed') return member;
    const blocking = dependentsOf(release.members, member.service).filter(({ inPlace }) => inPlace);
    const names = blocking.map(({ service }) => service).join(', ');
    return { ...member, reason: `left as it is: not back is ${names}, which needs it` };
  });
  const names = left.map(({ service }) => service).join(', ');
  return amended(told, { state: { status: 'failed', reason: `${reason}; not back: ${names}` } });
}

function troubles({ members }: Release): string {
  const said = members.flatMap(({ status, service, reason }) =>
    status === 'rolled_back' && reason !== null ? [`; ${service}: ${reason}`] : [],
  );
  return said.join('');
}

const allCompleted = ({ members }: Release): boolean =>
  members.every(({ status }) => status === 'completed');

function eachMember(release: Release, change: (member: Member) => Member): Release {
  return withMembers(release, release.members.map(change));
}

const withMembers = (release: Release, members: readonly Member[]): Release =>
  members.every((member, at) => member === release.members[at])
    ? release
    : amended(release, { members });
