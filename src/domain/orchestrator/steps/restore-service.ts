import { deadlineReason, missedDeadline } from '../../plan/deadlines.js';
import {
  type Deployment,
  progressOf,
  touchedTargets,
  targetsToRestore,
} from '../../model/deployment/deployment.js';
import { floorWords } from '../../plan/floor-words.js';
import { givenUp } from '../../plan/machine/failure.js';
import { wayBackEnd } from '../../plan/conclusions/way-back-end.js';
import { desiredBack, versionBack } from '../../reconcile/desired.js';
import type { Desired } from '../../reconcile/effect.js';
import { statusOf } from '../../model/service-status.js';
import type { TargetId, Version } from '../../model/ids.js';
import { notHere } from '../pass/effect-failed.js';
import type { Pass, WaitUntil } from '../pass/pass.js';
import { reconcile } from '../pass/reconcile.js';
import { restoreFlags } from './set-flag.js';
import { settleOpenCalls } from '../pass/settle-open-calls.js';
import { lookAt } from './verify-targets.js';
import { sameShares } from '../../model/traffic-shares.js';

/**
 * The way back: flags first, for that is instant; then the service is brought to
 * what is declared, on the same road as forwards.
 */
export async function restoreService(pass: Pass): Promise<WaitUntil> {
  const { journal, clock } = pass;
  const { state } = journal.deployment;
  if (state.status !== 'rolling_back') return null;
  const { reason } = state;
  const superseded = supersededBy(pass);
  if (superseded !== null) {
    journal.report(givenUp(`not rolled back: ${superseded}`, true));
    return null;
  }
  if (late(pass, reason)) return null;
  const { waitUntil = null } = state;
  if (waitUntil !== null && waitUntil > clock.now()) return waitUntil;
  const left = await settleOpenCalls(pass);
  if (left !== null || isOver(pass)) return left;
  const flags = await restoreFlags(pass);
  if (flags !== null || isOver(pass)) return flags;
  const until = await bringBack(pass, reason);
  if (until !== null || isOver(pass)) return until;
  return finish(pass);
}

async function bringBack(pass: Pass, reason: string): Promise<WaitUntil> {
  const { journal, driver } = pass;
  const { declared, plan } = journal.deployment;
  if (declared === null && !driver.removes) {
    const touched = touchedTargets(journal.deployment);
    const left = await settleOpenCalls(pass, touched);
    if (left !== null || isOver(pass)) return left;
    giveUp(pass, touched, 'there is no previous version to go back to');
    // What could not be drained goes back into rotation.
    const isAll = touched.length === journal.deployment.targets.size;
    if (isAll || pass.router === null) return null;
  }
  const desired = desiredBack(journal.deployment, journal.service);
  for (const [id, version] of desired.versions) keepAsItIs(pass, id, version, desired.isDone);
  if (pass.router === null && needsRouter(pass, desired)) {
    return notHere(pass, 'router');
  }
  return reconcile(pass, {
    way: 'restore',
    desired,
    width: Math.max(1, plan.forecast.largestBatch),
    isOver: () => isOver(pass),
    atFloor: (open) => atFloor(pass, reason, open),
  });
}

/** Something has to be drained, or traffic to be given back. */
function needsRouter({ journal }: Pass, { versions, isDone }: Desired): boolean {
  const { deployment, service } = journal;
  if (isMoved(deployment)) return true;
  if (deployment.plan.router === null) return false;
  return [...versions.keys()].some((id) => !isDone(id, statusOf(service, id)));
}

/** The traffic is not where it was: only a router can give it back. */
const isMoved = ({ progress: { traffic } }: Deployment): boolean =>
  traffic !== null && (!traffic.settled || !sameShares(traffic.now, traffic.before));

/** What it touched and has what it should by now is back, and need not be called. */
function keepAsItIs(
  { journal }: Pass,
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
function atFloor(pass: Pass, reason: string, open: readonly TargetId[]): boolean {
  const { journal } = pass;
  const { less } = floorWords(journal.deployment);
  if (open.length > 0) {
    giveUp(pass, open, `left as it is: ${less} would go on serving`);
    return true;
  }
  const error = `the traffic stays where it is: ${less} would go on serving`;
  journal.report(givenUp(`${reason}; could not go back: ${error}`));
  return false;
}

function giveUp({ journal }: Pass, targets: readonly TargetId[], error: string): void {
  for (const target of targets) {
    journal.report({ type: 'deployment.target_restore_failed', target, error, evidence: null });
  }
}

const isOver = ({ journal, draining, abort }: Pass): boolean =>
  draining.aborted || abort.aborted || journal.deployment.state.status !== 'rolling_back';

function late(pass: Pass, reason: string): boolean {
  const { journal, clock } = pass;
  const missed = missedDeadline(journal.deployment, clock.now());
  if (missed === undefined) return false;
  journal.report(givenUp(`${reason}; the rollback's ${deadlineReason(missed)}`));
  return true;
}

async function finish(pass: Pass): Promise<WaitUntil> {
  const { journal, abort } = pass;
  const { previous } = journal.deployment;
  const restored = targetsToRestore(journal.deployment).length === 0;
  const verification =
    restored && previous !== null ? await lookAt(pass, versionsBack(journal.deployment)) : null;
  if (!abort.aborted) journal.report(wayBackEnd(verification));
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

/**
 * Why there is no way back any more: something newer was completed since, which
 * going back would take away. `null` where nothing is in the way.
 */
function supersededBy({ journal }: Pass): string | null {
  const { id, previous } = journal.deployment;
  const now = journal.service.stable[0]?.deploymentId ?? null;
  if (now === id || now === (previous?.deploymentId ?? null)) return null;
  return `${now ?? 'nothing'} is active by now`;
}
