import type { TargetId } from '../ids.js';
import { deadlineReason, missedDeadline } from '../plan/deadlines.js';
import { progressOf, touchedTargets, unrestoredTargets } from '../plan/deployment.js';
import type { Target } from '../plan/target.js';
import { isDown, spareCapacity } from './capacity.js';
import { earliest, inLanes, type Leg, type Rest } from './leg.js';
import { restoreFlags } from './restore-flags.js';
import { restoreTarget } from './restore-target.js';
import { restoreTraffic, sharesFromBefore, sharesOfTheGood } from './restore-traffic.js';
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
  if (overtaken(leg) || late(leg)) return null;
  const { waitUntil = null } = state;
  if (waitUntil !== null && waitUntil > clock.now()) return waitUntil;
  const phases: readonly ((leg: Leg) => Promise<Rest>)[] = [
    restoreFlags,
    (it) => restoreGroup(it, retired(it)),
    (it) => restoreTraffic(it, sharesOfTheGood(it.journal.deployment)),
    (it) => restoreGroup(it, openTargets(it).filter(isDownNow(it))),
    (it) => restoreGroup(it, openTargets(it)),
    (it) => restoreTraffic(it, sharesFromBefore(it.journal.deployment)),
  ];
  for (const phase of phases) {
    const rest = await phase(leg);
    if (rest !== null || stopped(leg)) return rest;
  }
  return finish(leg);
}

const stopped = ({ journal, draining, abort }: Leg): boolean =>
  draining.aborted || abort.aborted || journal.deployment.state.status !== 'rolling_back';

/** Something newer was completed since: going back would take that away. */
function overtaken({ journal, lastGood }: Leg): boolean {
  const { id, previous } = journal.deployment;
  const now = lastGood?.deploymentId ?? null;
  if (now === id || now === (previous?.deploymentId ?? null)) return false;
  journal.submit({
    type: 'give_up',
    reason: `not rolled back: ${now ?? 'nothing'} is active by now`,
  });
  return true;
}

function late({ journal, clock }: Leg): boolean {
  const missed = missedDeadline(journal.deployment, clock.now());
  const { state } = journal.deployment;
  if (missed === undefined || state.status !== 'rolling_back') return false;
  const reason = `${state.reason}; the rollback's ${deadlineReason(missed)}`;
  journal.submit({ type: 'give_up', reason });
  return true;
}

/** Last touched first: what was changed last is the least settled. */
async function restoreGroup(leg: Leg, targets: readonly Target[]): Promise<Rest> {
  const { journal } = leg;
  const width = Math.max(1, journal.deployment.plan.forecast.largestBatch);
  const rests = await inLanes(targets.toReversed(), width, async (target) => {
    if (stopped(leg)) return null;
    const { state } = progressOf(journal.deployment, target.id);
    // What serves may be taken out only above the floor, on the way back as on the way there.
    const may = isDown(state) || spareCapacity(journal.deployment) > 0;
    const rest = may ? await restoreTarget(leg, target) : refuseBelowFloor(leg, target.id);
    await journal.flush();
    return rest;
  });
  return earliest(rests);
}

function refuseBelowFloor({ journal, fence, worker, clock }: Leg, target: TargetId): null {
  journal.submit({ type: 'start_restore', target, fence, worker });
  const error = `left as it is: fewer than ${journal.deployment.plan.floor} targets would go on serving`;
  const at = clock.now();
  journal.submit({ type: 'fail_restore', target, error, transient: false, evidence: null, at });
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
  if (!abort.aborted) journal.submit({ type: 'finish_rollback', verification });
  return null;
}

function openTargets({ journal }: Leg): readonly Target[] {
  const touched = new Set<TargetId>(touchedTargets(journal.deployment));
  return journal.deployment.plan.targets.filter(({ id }) => {
    const { state } = progressOf(journal.deployment, id);
    return touched.has(id) && state !== 'restored' && state !== 'unrestored';
  });
}

const isDownNow =
  ({ journal }: Leg) =>
  ({ id }: Target): boolean =>
    isDown(progressOf(journal.deployment, id).state);

function retired(leg: Leg): readonly Target[] {
  return openTargets(leg).filter(({ id }) => {
    const { state } = progressOf(leg.journal.deployment, id);
    return state === 'retired' || state === 'retiring';
  });
}
