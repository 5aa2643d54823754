import type { CountedRequests } from '../../model/deployment/progress.js';
import type { TargetId } from '../../model/ids.js';
import { shareOf, type TrafficShares } from '../../model/traffic-shares.js';
import { oldRequests } from '../../plan/old-requests.js';
import { finallyWithoutShare } from '../../reconcile/desired.js';
import type { Pass } from './pass.js';
import { routeCall } from './route-call.js';

type Counts = CountedRequests['targets'];

/** Those that have no traffic in the end, and none by these shares either. */
export const oldTargets = ({ journal }: Pass, shares: TrafficShares): readonly TargetId[] =>
  [...finallyWithoutShare(journal.deployment)].filter((id) => shareOf(shares, id) === 0);

/** What the router has counted of these so far; `null` where it can't, could not be asked, or lacks one. */
export async function countOf(pass: Pass, ids: readonly string[]): Promise<Counts | null> {
  const { router, journal, abort } = pass;
  if (ids.length === 0) return null;
  const answer = await router?.counts?.(routeCall(journal.deployment), abort);
  if (answer?.ok !== true) return null;
  const counts = Object.entries(answer.value).filter(([id]) => ids.includes(id));
  return counts.length === ids.length ? Object.fromEntries(counts) : null;
}

/** Writes how many requests those had of late that lost the traffic, where their first number is known. */
export async function countOld(pass: Pass): Promise<void> {
  const { journal, clock, abort } = pass;
  const { counted = [] } = journal.deployment.progress;
  const [first, ...more] = counted;
  if (first === undefined) return;
  const targets = await countOf(pass, Object.keys(first.targets));
  if (abort.aborted) return;
  const old = oldRequests([first, ...more], targets, clock.now());
  journal.report({ type: 'deployment.requests_counted', ...old, targets });
}
