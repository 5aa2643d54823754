import { stepsFor } from '../../strategies/restep.js';
import type { PlanRefusal } from '../../strategies/parts/strategy.js';
import type { TargetId, Version } from '../../model/ids.js';
import { type TakesBack, takesBack, wayBackTo } from '../../model/deployment/takes-back.js';
import { notRetried } from '../../plan/outdated.js';
import { givenUp } from '../../plan/machine/failure.js';
import { heldOutOf } from '../../plan/held-out.js';
import type { Step } from '../../model/plan/step.js';
import type { Target } from '../../model/target.js';
import { runs, type TargetStatuses } from '../../model/target-status.js';
import {
  type Capacities,
  capacitiesOf,
  levelled,
  sameCapacities,
  smallestFirst,
} from '../../model/traffic/capacities.js';
import type { Declared } from '../../model/declared.js';
import type { Resized } from '../../model/deployment/progress.js';
import { floorOf } from '../../strategies/parts/capacity.js';
import { coloursOf } from '../../strategies/parts/colours.js';
import { takenByOthers } from '../../plan/taken-by-others.js';
import type { RemovedNotice } from '../../model/deployment/target-event.js';
import { statusOf } from '../../model/service-status.js';
import { mayServe } from '../../model/serving.js';
import { withNamesBack } from '../../reconcile/renamed-back.js';
import { withShares } from '../../reconcile/shares/shares-over.js';
import { sureShares } from '../../reconcile/shares/sure-shares.js';
import { ok, type Result } from '../../model/result.js';
import { awaitHeldOut } from '../pass/await-held-out.js';
import { awaitRouter } from '../pass/blocked.js';
import type { Pass, WaitUntil } from '../pass/pass.js';
import { lookOnce } from '../pass/look.js';
import type { TrafficShares } from '../../model/traffic-shares.js';

/**
 * Begins an approved deployment: fixes what it goes back to, and the steps for
 * what is live now. Answers when to ask again, where it may not begin yet.
 */
export async function begin(pass: Pass): Promise<WaitUntil> {
  const held = await awaitHeldOut(pass);
  if (held !== null || pass.abort.aborted) return held;
  const failure = await lookOnce(pass);
  if (pass.abort.aborted) return null;
  if (failure !== null && isSizeOpen(pass)) return awaitRouter(pass, failure);
  await beginNow(pass);
  return null;
}

/** The balancer has said what some can carry, and not yet of all: what must go on serving cannot be counted. */
function isSizeOpen({ journal }: Pass): boolean {
  const { targets } = journal.deployment.plan;
  if (targets.some(({ capacity }) => capacity !== undefined)) return false;
  const said = targets.filter(({ id }) => statusOf(journal.service, id).capacity !== undefined);
  return said.length > 0 && said.length < targets.length;
}

async function beginNow(pass: Pass): Promise<void> {
  const { journal, admitted } = pass;
  const { state, id } = journal.deployment;
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
  const capacities = capacitiesNow(pass);
  const shares = sharesNow(pass, declared, capacities);
  const situation = { active: previous?.version ?? null, shares, capacities };
  const steps = stepsNow(pass, situation);
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
    ...resizedNow(pass, situation),
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

/** What the targets can carry, as configured when it was planned, or as the balancer's own configuration has it now. */
function capacitiesNow({ journal }: Pass): Capacities | undefined {
  const { deployment, service } = journal;
  return capacitiesOf(deployment.plan.targets, (id) => statusOf(service, id).capacity);
}

/** The shares that the service has as long as nothing else is asked for, by what the targets can carry now. */
function sharesNow(
  pass: Pass,
  declared: Declared | null,
  capacities: Capacities | undefined,
): TrafficShares | null {
  const { router, journal } = pass;
  if (declared !== null && declared.shares !== null) {
    return levelled(declared.shares, declared.capacities, capacities);
  }
  // What is declared nowhere is taken as the router has it, once: it was set up by somebody.
  const shares = router === null ? {} : sureShares(journal.service);
  if (!Object.values(shares).some((share) => share > 0)) return null;
  const { targets } = journal.deployment.plan;
  const nothingSaid = targets.map(({ id }) => ({ id }));
  const given = capacitiesOf(nothingSaid, (id) => statusOf(journal.service, id).capacity);
  return levelled(shares, given, capacities);
}

/** The service at the start: which version is live, who is to have the traffic, and what each can carry. */
interface Situation {
  readonly active: Version | null;
  readonly shares: TrafficShares | null;
  readonly capacities: Capacities | undefined;
}

/** What its targets can carry, and what must go on serving, where that is not as it was planned. */
function resizedNow(pass: Pass, situation: Situation): { readonly resized?: Resized } {
  const { deployment } = pass.journal;
  const { plan } = deployment;
  const { capacities } = situation;
  const colours = coloursOf(plan.targets, targetsThen(pass, situation), situation.active);
  const [first, ...rest] = plan.targets.map(({ id }) => id);
  if (first === undefined) return {};
  const routed = plan.router !== null;
  const floor = floorOf(plan.strategy, { targets: [first, ...rest], colours, routed, capacities });
  const isAsPlanned = floor === plan.floor && sameCapacities(capacities, plan.capacities);
  return isAsPlanned ? {} : { resized: { capacities: capacities ?? null, floor } };
}

/** A retry goes on only with what it left: something newer may have come since, or come and gone. */
function beginAgain(pass: Pass): void {
  const { journal } = pass;
  const { deployment, service } = journal;
  const { previous, declared, shares } = deployment;
  const why = notRetried(deployment, service);
  if (why !== null) {
    journal.report(givenUp(`not retried: ${why}`, true));
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
function stepsNow(pass: Pass, situation: Situation): Result<readonly Step[] | null, PlanRefusal> {
  const { deployment } = pass.journal;
  const { targets, capacities: planned } = deployment.plan;
  const { active, capacities } = situation;
  const then = targetsThen(pass, situation);
  const isDown = ({ id }: Target): boolean => !mayServe(statusOf({ targets: then }, id));
  const isResized = !sameCapacities(capacities, planned);
  const sized = isResized ? smallestFirst(targets, capacities) : targets;
  const ordered = sized.toSorted((a, b) => Number(isDown(b)) - Number(isDown(a)));
  const sameOrder = ordered.every(({ id }, at) => id === targets[at]?.id);
  const coloured = targets.some(({ metadata }) => metadata['colour'] !== undefined);
  if (sameOrder && !coloured && !isResized) return ok(null);
  const known = { targets: then, active, capacities };
  const steps = stepsFor(deployment, ordered, known);
  // Taken in that order, the stages may be too large; as they were planned they are not.
  return steps.ok || sameOrder ? steps : stepsFor(deployment, targets, known);
}

/** What is known of the targets, with the traffic as it is to be. */
function targetsThen({ journal }: Pass, { shares, capacities }: Situation): TargetStatuses {
  const { service, deployment } = journal;
  const { plan } = deployment;
  const targets = withNamesBack(service.targets, plan);
  return shares === null ? targets : withShares(targets, plan.targets, shares, capacities);
}
