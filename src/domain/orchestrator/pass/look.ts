import type { TargetId } from '../../model/ids.js';
import { capacitiesOf } from '../../model/traffic/capacities.js';
import type { RouterSaid } from '../../model/deployment/target-event.js';
import type { Target } from '../../model/target.js';
import {
  type Deployment,
  floorIn,
  isTouched,
  mateOf,
  progressOf,
  stepsOf,
} from '../../model/deployment/deployment.js';
import type { RouterFailure, SeenTargets, TrafficRouter } from '../../ports/traffic-router.js';
import { isNews, saidOf } from '../../reconcile/router-said.js';
import { statusOf } from '../../model/service-status.js';
import { runs, type Seen, sure } from '../../model/target-status.js';
import { awaitRouter } from './blocked.js';
import { allToTheirEnds, type Pass, type WaitUntil } from './pass.js';
import { routeCall } from './route-call.js';

/**
 * Looks what serves, before anything is taken out: the router's own answer, or
 * without one the service's checks. Where the router cannot be asked, nothing is
 * drained: answers when to ask again.
 */
export async function look(pass: Pass): Promise<WaitUntil> {
  const failure = await lookAtRouter(pass);
  if (failure !== null) return awaitRouter(pass, failure);
  await lookAtChecks(pass);
  return null;
}

/** Looks before it begins: what cannot be seen then is looked at before anything is taken out. */
export async function lookOnce(pass: Pass): Promise<RouterFailure | null> {
  const failure = await lookAtRouter(pass);
  await lookAtChecks(pass);
  return failure;
}

async function lookAtRouter(pass: Pass): Promise<RouterFailure | null> {
  const { router, journal, abort } = pass;
  if (router === null) return null;
  const answer = await router.look(routeCall(journal.deployment), abort);
  if (abort.aborted) return null;
  if (!answer.ok) return answer.error;
  takeIn(pass, answer.value, journal.deployment.plan.targets);
  return lookAtRemoved(pass, router);
}

/**
 * What left the configuration may be in the router still, or not any more: then it
 * gets nothing, and nobody of us puts it back there.
 */
async function lookAtRemoved(pass: Pass, router: TrafficRouter): Promise<RouterFailure | null> {
  const { journal, abort } = pass;
  const { service, deployment } = journal;
  const back = deployment.state.status === 'rolling_back';
  const there = removedNow(deployment).filter(
    ({ id }) => back || runs(statusOf(service, id)) !== null,
  );
  for (const target of there) {
    const call = { ...routeCall(deployment), targets: [target] };
    const answer = await router.look(call, abort);
    if (abort.aborted) return null;
    if (answer.ok) takeIn(pass, answer.value, [target]);
    else if (answer.error.code !== 'router/no_such_target') return answer.error;
    else takeAbsence(pass, target);
  }
  return null;
}

function takeAbsence({ journal }: Pass, { id }: Target): void {
  const said = { inRotation: false, share: 0, heldOut: 'absent' } as const;
  if (isNews(statusOf(journal.service, id), said))
    journal.report({ type: 'deployment.router_seen', targets: { [id]: said } });
  journal.see(new Map([[id, { up: false }]]));
}

/** Those that left, and that something is done to now: they are removed, taken over, or put back. */
function removedNow(deployment: Deployment): readonly Target[] {
  const { state, plan } = deployment;
  const step = state.status === 'executing' ? stepsOf(deployment)[state.step] : undefined;
  const named = new Set<TargetId>(
    step?.kind === 'retire' || step?.kind === 'deploy' ? step.targets : [],
  );
  return (plan.removed ?? []).flatMap(({ target, placeOf }) => {
    const isNow =
      state.status === 'rolling_back'
        ? isTouched(deployment, target.id)
        : named.has(target.id) || (placeOf !== undefined && named.has(placeOf));
    const isLeft = progressOf(deployment, target.id).state === 'retire_failed';
    return isNow && !isLeft ? [target] : [];
  });
}

function takeIn({ journal }: Pass, seen: SeenTargets, targets: readonly Target[]): void {
  const news: Record<string, RouterSaid> = {};
  const given = capacitiesOf(
    targets.map(({ id }) => ({ id })),
    (id) => seen[id]?.capacity,
  );
  const ups = new Map<TargetId, Seen>();
  for (const { id } of targets) {
    const its = seen[id];
    if (its === undefined) continue;
    const status = statusOf(journal.service, id);
    const said = {
      ...saidOf(status, its, mayBeOurs(journal, id)),
      ...(given !== undefined && its.capacity !== undefined && { capacity: its.capacity }),
    };
    if (isNews(status, said)) news[id] = said;
    ups.set(id, { up: its.up });
  }
  if (Object.keys(news).length > 0)
    journal.report({ type: 'deployment.router_seen', targets: news });
  journal.see(ups);
}

/** Nobody of us ever called it by this name, and under its old one it may have been drained. */
function mayBeOurs({ deployment, service }: Pass['journal'], id: TargetId): boolean {
  const mate = mateOf(deployment.plan, id);
  if (mate === undefined || statusOf(service, id).by !== null) return false;
  return sure(statusOf(service, mate).inRotation) !== true;
}

/** Asks the checks of all where nobody else says what serves, and again of what they found bad. */
async function lookAtChecks(pass: Pass): Promise<void> {
  const { journal, checker, router, abort } = pass;
  const { plan } = journal.deployment;
  if (checker === null || floorIn(journal.deployment) === 0) return;
  const asked = plan.targets.filter(({ id }) => {
    const status = statusOf(journal.service, id);
    return router === null || (status.bad !== null && sure(status.inRotation) !== false);
  });
  const seen = new Map<TargetId, Seen>();
  await allToTheirEnds(
    asked.map(async (target) => {
      const status = await healthOf(pass, target);
      const { bad } = statusOf(journal.service, target.id);
      // Whether what was found bad serves after all is open where the check can't say any more.
      const isOpen = bad !== null && status === null;
      if (router === null || isOpen) seen.set(target.id, { up: status });
      if (status === true && bad !== null && !abort.aborted) {
        journal.report({ type: 'deployment.target_recovered', target: target.id });
      }
    }),
  );
  if (!abort.aborted) journal.see(seen);
}

/** `null` where the checks say nothing for certain. */
async function healthOf(
  { journal, checker, abort }: Pass,
  target: Target,
): Promise<boolean | null> {
  const { service, environment, version, previous } = journal.deployment;
  const its = statusOf(journal.service, target.id);
  const looked = runs(its) ?? previous?.version ?? version;
  const subject = { service, environment, version: looked, target };
  const verification = await checker?.runAllConcurrently([subject], abort);
  if (verification === undefined || verification.status === 'unknown') return null;
  if (verification.status !== 'unhealthy') return true;
  // Of a version that it may not run, the checks can't say that nothing serves there.
  return sure(its.version) === undefined ? null : false;
}
