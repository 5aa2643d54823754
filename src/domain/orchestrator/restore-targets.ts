import type { TargetId } from '../ids.js';
import { deadlineReason, missedDeadline } from '../plan/deadlines.js';
import {
  type Deployment,
  progressOf,
  touchedTargets,
  unrestoredTargets,
} from '../plan/deployment.js';
import type { Target, TargetState } from '../plan/target.js';
import type { TrafficShares } from '../ports/traffic-router.js';
import { isDown, mayTakeOut } from './capacity.js';
import { astrayFrom } from './astray.js';
import { earliest, inLanes, type Leg, type Rest } from './leg.js';
import { overtakenBy } from './overtaken.js';
import { restoreFlags } from './restore-flags.js';
import { restoreTarget, serveAgain } from './restore-target.js';
import {
  movesTraffic,
  restoreTraffic,
  sharesFromBefore,
  sharesOfTheGood,
} from './restore-traffic.js';
import { settleLeftovers } from './settle-leftovers.js';
import { lookAt } from './verify-targets.js';

/**
 * Puts the previous version back, in the order that its phase asks for: flags
 * first, for that is instant; then what was retired, for nobody can be sent
 * there before; then traffic away from the new version; then the touched
 * targets, never more at once than the way there took, above the floor; and at
 * last the traffic as it was.
 */
export async function restoreTargets(leg: Leg): Promise<Rest> {
  const { journal, clock } = leg;
  const { state } = journal.deployment;
  if (state.status !== 'rolling_back') return null;
  const overtaken = await overtakenBy(leg);
  if (overtaken !== null) {
    journal.submit({ type: 'give_up', reason: `not rolled back: ${overtaken}`, overtaken: true });
    return null;
  }
  if (late(leg)) return null;
  const { waitUntil = null } = state;
  if (waitUntil !== null && waitUntil > clock.now()) return waitUntil;
  const left = await settleLeftovers(leg);
  if (left !== null) return left;
  const phases: readonly ((leg: Leg) => Promise<Rest>)[] = [
    restoreFlags,
    serveAgain,
    (it) => restoreGroup(it, retired),
    (it) => restoreTraffic(it, sharesOfTheGood(it.journal.deployment)),
    (it) => restoreGroup(it, downTargets),
    (it) => restoreGroup(it, openTargets),
    (it) => restoreTraffic(it, lastShares(it.journal.deployment)),
  ];
  for (const phase of phases) {
    const rest = await phase(leg);
    if (rest !== null || stopped(leg)) return rest;
  }
  return finish(leg);
}

const stopped = ({ journal, draining, abort }: Leg): boolean =>
  draining.aborted || abort.aborted || journal.deployment.state.status !== 'rolling_back';

function late({ journal, clock }: Leg): boolean {
  const missed = missedDeadline(journal.deployment, clock.now());
  const { state } = journal.deployment;
  if (missed === undefined || state.status !== 'rolling_back') return false;
  const reason = `${state.reason}; the rollback's ${deadlineReason(missed)}`;
  journal.submit({ type: 'give_up', reason });
  return true;
}

/** Traffic as it was, except to what could not be restored. */
const lastShares = (deployment: Deployment): TrafficShares | null =>
  unrestoredTargets(deployment).length === 0
    ? sharesFromBefore(deployment)
    : sharesOfTheGood(deployment);

/** As many at once as the floor allows; a target is left as it is only where it never will. */
async function restoreGroup(leg: Leg, group: (leg: Leg) => readonly Target[]): Promise<Rest> {
  const { journal } = leg;
  const width = Math.max(1, journal.deployment.plan.forecast.largestBatch);
  for (;;) {
    const open = group(leg);
    let begun = 0;
    const rests = await inLanes(open, width, async (target) => {
      if (stopped(leg) || isResting(leg) || !mayRestore(leg, target)) return null;
      begun += 1;
      const rest = await restoreTarget(leg, target);
      await journal.flush();
      return rest;
    });
    const rest = earliest(rests);
    if (rest !== null || stopped(leg)) return rest;
    const left = group(leg);
    if (left.length === 0) return null;
    if (begun > 0 && left.length === open.length) return null;
    if (begun > 0) continue;
    // What came back has no traffic yet, and so is no capacity: with it, another can go.
    const shares = sharesOfTheGood(journal.deployment);
    if (!movesTraffic(journal.deployment, shares)) return refuseBelowFloor(leg, left);
    const moved = await restoreTraffic(leg, shares);
    if (moved !== null || stopped(leg)) return moved;
  }
}

/** What serves may be taken out only above the floor, on the way back as on the way there. */
const mayRestore = ({ journal, away }: Leg, { id }: Target): boolean =>
  isDown(progressOf(journal.deployment, id)) || mayTakeOut(journal.deployment, id, away);

/** Something failed in passing meanwhile: nothing more begins before it is tried again. */
function isResting({ journal, clock }: Leg): boolean {
  const { state } = journal.deployment;
  return state.status === 'rolling_back' && (state.waitUntil ?? 0) > clock.now();
}

async function refuseBelowFloor(
  { journal, clock }: Leg,
  targets: readonly Target[],
): Promise<null> {
  const error = `left as it is: fewer than ${journal.deployment.plan.floor} targets would go on serving`;
  const failed = { error, transient: false, evidence: null, at: clock.now() };
  for (const { id: target } of targets) journal.submit({ type: 'fail_restore', target, ...failed });
  await journal.flush();
  return null;
}

async function finish(leg: Leg): Promise<Rest> {
  const { journal, abort } = leg;
  const { previous } = journal.deployment;
  const restored = unrestoredTargets(journal.deployment).length === 0;
  const verification =
    restored && previous !== null
      ? await lookAt(leg, touchedTargets(journal.deployment), previous.version)
      : null;
  const astray = restored ? await astrayFrom(leg) : [];
  if (!abort.aborted) journal.submit({ type: 'finish_rollback', verification, astray });
  return null;
}

/** Last touched first: what was changed last is the least settled, and may not be in service yet. */
function openTargets({ journal }: Leg): readonly Target[] {
  const { deployment } = journal;
  const open = new Set<TargetId>(
    touchedTargets(deployment).filter((id) => !isSettled(progressOf(deployment, id).state)),
  );
  const called = ({ id }: Target): number => progressOf(deployment, id).calledAt ?? 0;
  return deployment.plan.targets
    .filter(({ id }) => open.has(id))
    .toReversed()
    .toSorted((a, b) => called(b) - called(a));
}

const isSettled = (state: TargetState): boolean => state === 'restored' || state === 'unrestored';

const downTargets = (leg: Leg): readonly Target[] =>
  openTargets(leg).filter(
    ({ id }) => leg.away.has(id) || isDown(progressOf(leg.journal.deployment, id)),
  );

function retired(leg: Leg): readonly Target[] {
  return openTargets(leg).filter(({ id }) => {
    const { state } = progressOf(leg.journal.deployment, id);
    return state === 'retired' || state === 'retiring' || state === 'kept';
  });
}
