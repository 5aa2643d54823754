import type { TargetId } from '../../model/ids.js';
import { floorWords } from '../../plan/floor-words.js';
import {
  capacitiesIn,
  countOf,
  type Deployment,
  floorIn,
  progressOf,
  removedIn,
  stepsOf,
} from '../../model/deployment/deployment.js';
import type { RetireStep } from '../../model/plan/step.js';
import type { TrafficShares } from '../../model/traffic-shares.js';
import { failed } from '../../plan/machine/failure.js';
import { budgetExceeded } from '../../plan/failure-budget.js';
import { type ActingStep, desiredAt } from '../../reconcile/desired.js';
import { isInherited } from '../../reconcile/shares/desired-shares.js';
import type { Desired } from '../../reconcile/effect.js';
import { takenByOthers } from '../../plan/taken-by-others.js';
import { lentShares } from '../../reconcile/lent-shares.js';
import { failedCall, type Way } from '../../reconcile/call-ends.js';
import { statusOf } from '../../model/service-status.js';
import { settleEarlier } from '../pass/call-driver.js';
import { notHere } from '../pass/effect-failed.js';
import { allToTheirEnds, earliest, type Pass, type WaitUntil } from '../pass/pass.js';
import { type Goal, reconcile } from '../pass/reconcile.js';

/**
 * Does what a step asks of targets or of the traffic.
 *
 * @param standsAt the step that the deployment stands at, where it is behind this one
 */
export async function takeActingStep(
  pass: Pass,
  step: ActingStep,
  at: number,
  standsAt = at,
): Promise<WaitUntil> {
  const { journal, router } = pass;
  // Planned behind a router, nothing is called that was not drained.
  const routed =
    step.kind === 'shift' || step.kind === 'close' || journal.deployment.plan.router !== null;
  if (routed && router === null) return notHere(pass, 'router');
  const way: Way = step.kind === 'retire' ? 'retire' : 'deploy';
  const { largestBatch } = journal.deployment.plan.forecast;
  if (step.kind === 'retire') leaveToOthers(pass, step);
  const desired = desiredAt(journal.deployment, step, at);
  const bringTo = (goal: Desired, atFloor: Goal['atFloor']): Promise<WaitUntil> =>
    reconcile(pass, {
      ...{ way, desired: goal, atFloor },
      width: step.kind === 'deploy' ? step.targets.length : Math.max(1, largestBatch),
      isOver: () => isOver(pass, step, standsAt),
    });
  const giveUp = (open: readonly TargetId[]): false => tooFewServe(pass, open);
  const lent: TrafficShares[] = [];
  let waitUntil = await bringTo(desired, (open) => {
    const shares =
      open.length > 0 && keepsTraffic(pass, at)
        ? lentShares(journal.service, desired, limitsIn(journal.deployment))
        : null;
    if (shares === null) return giveUp(open);
    lent.push(shares);
    return false;
  });
  // Where the traffic is inherited, those that it goes to have the version only now.
  if (waitUntil === null && isInherited(journal.deployment, at) && !isOver(pass, step, standsAt))
    waitUntil = await bringTo(desiredAt(journal.deployment, step, at), giveUp);
  for (const shares of lent) {
    waitUntil = await bringTo({ ...desired, shares }, giveUp);
    // And back to whom it belongs: in the next step, where what was replaced waits for its check.
    if (waitUntil === null && !isOver(pass, step, standsAt))
      waitUntil = await bringTo(desired, () => false);
  }
  if (standsAt > at) return waitUntil;
  if (waitUntil === null && !isOver(pass, step, at)) sayAsItIs(pass, step, desired);
  return waitUntil ?? seeToOpenCalls(pass, step, at);
}

/** It has not moved the traffic itself by this step: only then may it be lent, for as long as the targets are replaced. */
const keepsTraffic = ({ journal, router }: Pass, at: number): boolean =>
  router !== null &&
  stepsOf(journal.deployment)
    .slice(0, at + 1)
    .every(({ kind }) => kind !== 'shift');

const limitsIn = (deployment: Deployment) => ({
  floor: floorIn(deployment),
  capacities: capacitiesIn(deployment),
});

function tooFewServe({ journal }: Pass, open: readonly TargetId[]): false {
  const { deployment } = journal;
  const what = open.length === 0 ? 'this shift' : 'one more taken out';
  const why = countOf(deployment, 'failed') > 0 ? 'targets failed' : 'too few have traffic';
  const reason = `${why}, and ${what} would leave ${floorWords(deployment).lessThanThe} that must go on serving`;
  journal.report(failed(reason));
  return false;
}

/** What another deployment has called since this was planned is not removed. */
function leaveToOthers({ journal }: Pass, { targets }: RetireStep): void {
  const { deployment, service } = journal;
  for (const target of targets) {
    const removed = removedIn(deployment.plan, target);
    if (removed === undefined || progressOf(deployment, target).state !== 'pending') continue;
    const taken = takenByOthers(deployment, removed, statusOf(service, target));
    if (taken === null) continue;
    const error = `left as it is: ${taken}`;
    journal.report({ type: 'deployment.target_retire_failed', target, error, evidence: null });
  }
}

/** What has what it should by now, and nobody called for it: its check finds it well again, or it was taken away before. */
function sayAsItIs({ journal }: Pass, step: ActingStep, { isDone }: Desired): void {
  if (step.kind !== 'deploy' && step.kind !== 'retire') return;
  const type = step.kind === 'deploy' ? 'deployment.target_updated' : 'deployment.target_retired';
  const asItIs = step.targets.filter((target) => {
    const status = statusOf(journal.service, target);
    const { state } = progressOf(journal.deployment, target);
    return state === 'pending' && status.call === null && isDone(target, status);
  });
  for (const target of asItIs) journal.report({ type, target, evidence: { unchanged: true } });
}

/** So many failed that nothing more is called; a call that an earlier run left open is still seen to its end. */
async function seeToOpenCalls(pass: Pass, step: ActingStep, at: number): Promise<WaitUntil> {
  const { journal, draining, abort, clock } = pass;
  const { state, version, id } = journal.deployment;
  if (state.status !== 'executing' || state.step !== at || step.kind !== 'deploy') return null;
  if (draining.aborted || abort.aborted || !budgetExceeded(journal.deployment, step)) return null;
  const waits = await allToTheirEnds(
    step.targets.map(async (target) => {
      const { call } = statusOf(journal.service, target);
      if (call === null || call.deploymentId !== id) return null;
      const effect = { kind: 'apply', target, version } as const;
      const end = await settleEarlier(pass, effect, call, 'deploy');
      if (end !== 'open' || abort.aborted) return typeof end === 'number' ? end : null;
      const error = 'its call was broken off, and is not repeated: too many others failed';
      const failure = { error, transient: false, evidence: null, cause: 'call' } as const;
      const given = { ...failure, at: clock.now() };
      journal.report(failedCall(journal.deployment, 'deploy', target, given));
      return null;
    }),
  );
  return earliest(waits);
}

/** Somebody stopped it, or so many failed that nothing more is begun. */
function isOver({ journal, draining, abort }: Pass, step: ActingStep, at: number): boolean {
  const { deployment } = journal;
  const { state } = deployment;
  if (draining.aborted || abort.aborted) return true;
  if (state.status !== 'executing' || state.step !== at) return true;
  const counts = step.kind === 'deploy' || step.kind === 'check';
  return counts && budgetExceeded(deployment, step);
}
