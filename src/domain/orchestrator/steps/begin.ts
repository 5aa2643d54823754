import { stepsFor } from '../../strategies/restep.js';
import type { PlanRefusal } from '../../strategies/parts/strategy.js';
import type { TargetId, Version } from '../../model/ids.js';
import { type TakesBack, takesBack, wayBackTo } from '../../model/deployment/takes-back.js';
import { progressOf, touchedTargets } from '../../model/deployment/deployment.js';
import { givenUp } from '../../plan/machine/failure.js';
import { heldOutOf } from '../../plan/held-out.js';
import type { Step } from '../../model/plan/step.js';
import type { Target } from '../../model/target.js';
import { runs } from '../../model/target-status.js';
import { takenByOthers } from '../../plan/taken-by-others.js';
import type { RemovedNotice } from '../../model/deployment/target-event.js';
import { statusOf } from '../../model/service-status.js';
import { mayServe } from '../../model/serving.js';
import { withShares } from '../../reconcile/shares-over.js';
import { sureShares } from '../../reconcile/sure-shares.js';
import { ok, type Result } from '../../model/result.js';
import { awaitHeldOut } from '../pass/await-held-out.js';
import type { Pass, WaitUntil } from '../pass/pass.js';
import { lookOnce } from '../pass/look.js';
import type { TrafficShares } from '../../model/traffic-shares.js';

/**
 * Begins an approved deployment: fixes what it goes back to, and the steps for
 * what is live now. Answers when to ask again, where it may not begin yet.
 */
export async function begin(pass: Pass): Promise<WaitUntil> {
  const held = await awaitHeldOut(pass);
  if (held === null && !pass.abort.aborted) await beginNow(pass);
  return held;
}

async function beginNow(pass: Pass): Promise<void> {
  const { journal, admitted } = pass;
  const { state, id } = journal.deployment;
  await lookOnce(pass);
  if (pass.abort.aborted) return;
  if (state.status === 'approved' && state.step !== undefined) return beginAgain(pass);
  const [top] = journal.service.stable;
  const good = top === undefined || top.deploymentId === id ? null : top;
  const { previous, declared } = wayBackTo(good);
  const past = await pastWhat(pass);
  if (past !== null && past.isThere) {
    const { version } = journal.deployment;
    journal.submit({ type: 'cancel', reason: `nothing to do: ${version} is active by now` });
    return;
  }
  const shares = declared?.shares ?? sharesFound(pass);
  const steps = stepsNow(pass, previous?.version ?? null, shares);
  if (!steps.ok) {
    const { path, message } = steps.error;
    const reason = `cannot be carried out any more: ${path}: ${message}`;
    journal.report(givenUp(reason));
    return;
  }
  const overridden = admitted?.overridden ?? [];
  journal.submit({
    ...{ type: 'begin', previous, declared, shares },
    ...(past && { takesBack: past.takesBack }),
    ...(steps.value && { replanned: steps.value }),
    ...heldOutNow(pass),
    ...(overridden.length > 0 && { overridden }),
  });
  nameRemoved(pass);
}

/** Those that left the configuration and are still there; in the write that begins it. */
function nameRemoved({ journal }: Pass): void {
  const { deployment, service } = journal;
  const targets = (deployment.plan.removed ?? []).flatMap((removed): readonly RemovedNotice[] => {
    const { id, address } = removed.target;
    const status = statusOf(service, id);
    if (runs(status) === null) return [];
    const taken = takenByOthers(deployment, removed, status);
    const fate = taken === null ? removed.fate : 'leave';
    const reason = taken ?? removed.reason;
    return [{ target: id, address, version: runs(status) ?? null, fate, reason }];
  });
  const stays = (deployment.plan.moved ?? []).flatMap(
    ({ target, from: address, version, reason }): readonly RemovedNotice[] =>
      reason === null ? [] : [{ target, address, version, fate: 'leave', reason }],
  );
  const all = [...targets, ...stays];
  if (all.length > 0) journal.report({ type: 'deployment.targets_removed', targets: all });
}

/** What a rollback to a named version goes back past, as the service stands now; another may have gone there before. */
async function pastWhat({ journal, versions }: Pass): Promise<{
  readonly isThere: boolean;
  readonly takesBack: TakesBack;
} | null> {
  const { rollback, version } = journal.deployment;
  if (rollback === null) return null;
  const { stable, active } = await versions();
  return { isThere: active?.version === version, takesBack: takesBack(version, stable) };
}

/** What is declared nowhere is taken as the router has it, once: it was set up by somebody. */
function sharesFound({ router, journal }: Pass): TrafficShares | null {
  if (router === null) return null;
  const shares = sureShares(journal.service);
  return Object.values(shares).some((share) => share > 0) ? shares : null;
}

/** A retry goes on only with what it left: something newer may have come since, or come and gone. */
function beginAgain(pass: Pass): void {
  const { journal } = pass;
  const { deployment, service } = journal;
  const { previous, declared, shares, id } = deployment;
  const active = service.stable[0]?.deploymentId ?? null;
  const changed = touchedTargets(deployment).find((target) => {
    const { by } = statusOf(service, target);
    // One that could not even be drained, or had what it should, was never called.
    const called = progressOf(deployment, target).calledAt !== null;
    return called && by !== null && by !== id;
  });
  if (active !== (previous?.deploymentId ?? null)) {
    const reason = `not retried: ${active ?? 'nothing'} is active by now`;
    journal.report(givenUp(reason, true));
  } else if (changed !== undefined) {
    const reason = `not retried: ${changed} was changed by another deployment since`;
    journal.report(givenUp(reason, true));
  } else {
    const past = deployment.takesBack && { takesBack: deployment.takesBack };
    const way = { previous, declared, shares, ...past };
    journal.submit({ type: 'begin', ...way, ...heldOutNow(pass) });
    nameRemoved(pass);
  }
}

/** Whom somebody else holds out of the router, for the event that says it began. */
function heldOutNow({ journal, router }: Pass): { readonly heldOut?: readonly TargetId[] } {
  if (router === null) return {};
  const heldOut = heldOutOf(journal.deployment.plan.targets, journal.service.targets);
  return heldOut.length === 0 ? {} : { heldOut };
}

/**
 * The steps for the situation at the start, where that is not the planned one:
 * which colour is live may have changed, and what serves nobody comes first. Both
 * as they are once the traffic is as it should be: that is put right before
 * anything is taken out, whatever another deployment left.
 */
function stepsNow(
  { journal }: Pass,
  active: Version | null,
  shares: TrafficShares | null,
): Result<readonly Step[] | null, PlanRefusal> {
  const { deployment, service } = journal;
  const { targets } = deployment.plan;
  const targetsThen =
    shares === null ? service.targets : withShares(service.targets, targets, shares);
  const isDown = ({ id }: Target): boolean => !mayServe(statusOf({ targets: targetsThen }, id));
  const ordered = targets.toSorted((a, b) => Number(isDown(b)) - Number(isDown(a)));
  const sameOrder = ordered.every(({ id }, at) => id === targets[at]?.id);
  const coloured = targets.some(({ metadata }) => metadata['colour'] !== undefined);
  if (sameOrder && !coloured) return ok(null);
  const steps = stepsFor(deployment, ordered, targetsThen, active);
  // Taken in that order, the stages may be too large; as they were planned they are not.
  return steps.ok || sameOrder ? steps : stepsFor(deployment, targets, targetsThen, active);
}
