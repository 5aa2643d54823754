import { deadlineReason, missedDeadline } from '../../plan/deadlines.js';
import {
  type Deployment,
  progressOf,
  touchedTargets,
  unrestoredTargets,
} from '../../model/deployment/deployment.js';
import { desiredBack, versionBack } from '../../reconcile/desired.js';
import type { Desired } from '../../reconcile/effect.js';
import { statusOf } from '../../model/service-status.js';
import type { TargetId, Version } from '../../model/ids.js';
import type { Leg, Rest } from '../pass/leg.js';
import { overtakenBy } from './overtaken.js';
import { reconcile } from '../pass/reconcile.js';
import { restoreFlags } from './restore-flags.js';
import { restoringFailed } from '../pass/restoring-failed.js';
import { settleOpenCalls } from '../pass/settle-open-calls.js';
import { NO_ROUTER } from './take-acting-step.js';
import { lookAt } from './verify-targets.js';
import { sameShares } from '../../model/traffic-shares.js';

/**
 * The way back: flags first, for that is instant; then the service is brought to
 * what is declared, on the same road as forwards.
 */
export async function restoreService(leg: Leg): Promise<Rest> {
  const { journal, clock } = leg;
  const { state } = journal.deployment;
  if (state.status !== 'rolling_back') return null;
  const overtaken = overtakenBy(leg);
  if (overtaken !== null) {
    journal.submit({ type: 'give_up', reason: `not rolled back: ${overtaken}`, overtaken: true });
    return null;
  }
  if (late(leg)) return null;
  const { waitUntil = null } = state;
  if (waitUntil !== null && waitUntil > clock.now()) return waitUntil;
  const left = await settleOpenCalls(leg);
  if (left !== null || isOver(leg)) return left;
  const flags = await restoreFlags(leg);
  if (flags !== null || isOver(leg)) return flags;
  const rest = await bringBack(leg);
  if (rest !== null || isOver(leg)) return rest;
  return finish(leg);
}

async function bringBack(leg: Leg): Promise<Rest> {
  const { journal, driver } = leg;
  const { declared, plan } = journal.deployment;
  if (declared === null && !driver.removes) {
    const touched = touchedTargets(journal.deployment);
    const left = await settleOpenCalls(leg, touched);
    if (left !== null || isOver(leg)) return left;
    giveUp(leg, touched, 'there is no previous version to go back to');
    return null;
  }
  const desired = desiredBack(journal.deployment, journal.service);
  for (const [id, version] of desired.versions) keepAsItIs(leg, id, version, desired.isDone);
  if (leg.router === null && needsRouter(leg, desired)) {
    return restoringFailed(leg, { ...NO_ROUTER, transient: true });
  }
  return reconcile(leg, {
    way: 'restore',
    desired,
    width: Math.max(1, plan.forecast.largestBatch),
    isOver: () => isOver(leg),
    atFloor: (open) => atFloor(leg, open),
  });
}

/** Something has to be drained, or traffic to be given back. */
function needsRouter({ journal }: Leg, { versions, isDone }: Desired): boolean {
  const { deployment, service } = journal;
  if (isMoved(deployment)) return true;
  if (deployment.plan.router === null) return false;
  return [...versions.keys()].some((id) => !isDone(id, statusOf(service, id)));
}

/** The traffic is not where it was: only a router can give it back. */
const isMoved = ({ course: { traffic } }: Deployment): boolean =>
  traffic !== null && (!traffic.settled || !sameShares(traffic.now, traffic.before));

/** What it touched and has what it should by now is back, and need not be called. */
function keepAsItIs(
  { journal }: Leg,
  target: TargetId,
  version: Version | null,
  isDone: ReturnType<typeof desiredBack>['isDone'],
): void {
  const { deployment, service } = journal;
  if (!deployment.targets.has(target)) return;
  if (progressOf(deployment, target).state === 'restored') return;
  const status = statusOf(service, target);
  if (status.call !== null || !isDone(target, status)) return;
  const evidence = { unchanged: true };
  journal.report({ type: 'deployment.target_restored', target, version, evidence });
}

/** What others can't do without stays as it is; traffic that can't go back ends the way back. */
function atFloor(leg: Leg, open: readonly TargetId[]): boolean {
  const { journal } = leg;
  const { floor } = journal.deployment.plan;
  if (open.length > 0) {
    giveUp(leg, open, `left as it is: fewer than ${floor} targets would go on serving`);
    return true;
  }
  const error = `the traffic stays where it is: fewer than ${floor} targets would go on serving`;
  journal.submit({ type: 'give_up', reason: `${reasonOf(leg)}; could not go back: ${error}` });
  return false;
}

function giveUp({ journal }: Leg, targets: readonly TargetId[], error: string): void {
  for (const target of targets) {
    journal.report({ type: 'deployment.target_unrestored', target, error, evidence: null });
  }
}

const isOver = ({ journal, draining, abort }: Leg): boolean =>
  draining.aborted || abort.aborted || journal.deployment.state.status !== 'rolling_back';

function reasonOf({ journal }: Leg): string {
  const { state } = journal.deployment;
  return 'reason' in state ? state.reason : state.status;
}

function late(leg: Leg): boolean {
  const { journal, clock } = leg;
  const missed = missedDeadline(journal.deployment, clock.now());
  if (missed === undefined) return false;
  const reason = `${reasonOf(leg)}; the rollback's ${deadlineReason(missed)}`;
  journal.submit({ type: 'give_up', reason });
  return true;
}

async function finish(leg: Leg): Promise<Rest> {
  const { journal, abort } = leg;
  const { previous } = journal.deployment;
  const restored = unrestoredTargets(journal.deployment).length === 0;
  const verification =
    restored && previous !== null ? await lookAt(leg, versionsBack(journal.deployment)) : null;
  if (!abort.aborted) journal.submit({ type: 'finish_rollback', verification });
  return null;
}

/** Of a target that goes back to nothing there is nothing to look at. */
function versionsBack(deployment: Deployment): ReadonlyMap<TargetId, Version> {
  return new Map(
    touchedTargets(deployment).flatMap((id) => {
      const version = versionBack(deployment, id);
      return version == null ? [] : [[id, version] as const];
    }),
  );
}
