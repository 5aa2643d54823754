import type { CountedRequests } from '../../model/deployment/progress.js';
import type { TargetId } from '../../model/ids.js';
import { shareOf, type TrafficShares } from '../../model/traffic-shares.js';
import { oldRequests } from '../../plan/old-requests.js';
import { finalShares } from '../../reconcile/desired.js';
import type { Pass } from './pass.js';
import { routeCall } from './route-call.js';

type Counts = CountedRequests['targets'];

/** Those that have no traffic in the end, and none by these shares either. */
export function oldTargets({ journal }: Pass, shares: TrafficShares): readonly TargetId[] {
  const { deployment } = journal;
  const last = finalShares(deployment);
  if (last === null) return [];
  return deployment.plan.targets
    .map(({ id }) => id)
    .filter((id) => shareOf(last, id) === 0 && shareOf(shares, id) === 0);
}

/** What the router has counted of these so far; `null` where it can't, or could not be asked. */
export async function countOf(pass: Pass, ids: readonly TargetId[]): Promise<Counts | null> {
  const { router, journal, abort } = pass;
  if (ids.length === 0) return null;
  const answer = await router?.counts?.(routeCall(journal.deployment), abort);
  if (answer?.ok !== true) return null;
  return Object.fromEntries(
    ids.flatMap((id) => (id in answer.value ? [[id, answer.value[id] ?? 0]] : [])),
  );
}

/** Writes how many requests those had of late that lost the traffic, where their first number is known. */
export async function countOld(pass: Pass): Promise<void> {
  const { journal, clock, abort } = pass;
  const { progress } = journal.deployment;
  const [first] = progress.counted ?? [];
  if (first === undefined) return;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they were written by target
  const targets = await countOf(pass, Object.keys(first.targets) as TargetId[]);
  const old = oldRequests(progress, targets, clock.now());
  if (old === undefined || abort.aborted) return;
  journal.report({ type: 'deployment.requests_counted', ...old, targets });
}
