import { drainAsOf, drainOver, opened } from './drain-status.js';
import { type Verification, verdicts } from '../model/verification.js';
import type { TargetId, Version } from '../model/ids.js';
import { type Deployment, mateOf, removedIn } from '../model/deployment/deployment.js';
import type { EventOf, PlanEvent, PlanEventType } from '../model/deployment/plan-event.js';
import { type ServiceStatus, statusOf } from '../model/service-status.js';
import type { SharedMap } from '../model/shared-map.js';
import { allCaughtUp } from './missed-by.js';
import { withNamesBack } from './renamed-back.js';
import { asSeen } from './router-said.js';
import { ANYTHING, sure, type TargetStatus, widened } from '../model/target-status.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';
import { calledAt, leftBehind, placeOf } from './left-behind.js';

type Targets = SharedMap<TargetId, TargetStatus>;

/** An event as the deployment that it is about stood before it. */
interface Told<T extends PlanEventType> {
  readonly event: Extract<PlanEvent, { readonly type: T }>;
  readonly deployment: Deployment;
  /** Epoch milliseconds. */
  readonly at: number;
}

type Teaching<T extends PlanEventType> = (targets: Targets, told: Told<T>) => Targets;

/** What each kind of event teaches of the service's targets; most teach nothing. */
const TEACHINGS: { readonly [T in PlanEventType]?: Teaching<T> } = {
  'deployment.target_draining': (targets, { event, at }) =>
    put(targets, event.target, ({ inRotation, closed }) => ({
      inRotation: widened(inRotation, false),
      ...drainAsOf(event, at),
      ...(closed === true && inRotation.includes(true) && { closed: 'perhaps' }),
    })),
  'deployment.drain_seen': (targets, { event, at }) =>
    put(targets, event.target, () => drainAsOf(event, at)),
  'deployment.target_drained': (targets, { event }) =>
    put(drainOver(targets, event.target), event.target, () => ({ inRotation: [false] })),
  'deployment.target_closing': (targets, { event, at }) =>
    put(targets, event.target, ({ inRotation, closed }) => ({
      inRotation: widened(inRotation, false),
      closed: closed === true && sure(inRotation) === false ? true : 'perhaps',
      ...drainAsOf(event, at),
    })),
  'deployment.target_closed': (targets, { event }) =>
    put(drainOver(targets, event.target), event.target, () => ({
      ...{ inRotation: [false], closed: true },
    })),
  'deployment.target_admitting': (targets, { event }) =>
    put(drainOver(targets, event.target), event.target, ({ inRotation }) => ({
      inRotation: widened(inRotation, true),
    })),
  'deployment.target_admitted': (targets, { event }) =>
    put(opened(targets, event.target), event.target, () => ({ inRotation: [true] })),

  'deployment.target_recovered': (targets, { event }) =>
    put(targets, event.target, () => ({ bad: null })),
  'deployment.target_started': (targets, told) => called(targets, told, told.deployment.version),
  'deployment.target_restoring': (targets, told) => called(targets, told, told.event.version),
  'deployment.target_retiring': (targets, told) => called(targets, told, null),
  'deployment.target_updated': (targets, { event, deployment }) =>
    put(targets, event.target, () => ({ version: [deployment.version], call: null })),
  'deployment.target_restored': (targets, { event }) =>
    put(targets, event.target, () => ({ version: [event.version], call: null })),
  'deployment.started': (targets, { deployment: { plan } }) => {
    let next = targets;
    for (const { id } of plan.targets) {
      const { left, ...status } = statusOf({ targets }, id);
      if (left === true) next = next.with(id, status);
    }
    return withNamesBack(next, plan);
  },
  'deployment.targets_removed': (targets, { event, deployment: { plan } }) => {
    let next = targets;
    for (const { target, address, version } of event.targets) {
      next = put(next, target, (was) =>
        // What only moved is configured, and counts.
        removedIn(plan, target) === undefined
          ? leftBehind(was, { address, version })
          : { left: true, weight: [null] },
      );
    }
    return next;
  },
  'deployment.target_retired': (targets, { event: { target }, deployment: { plan } }) =>
    put(targets, target, () => ({
      ...{ version: [null], call: null },
      // Of what is configured no more nothing is kept.
      ...(removedIn(plan, target) !== undefined && { by: null, bad: null }),
    })),
  'deployment.target_retried': (targets, { event }) => ended(targets, event.target),
  'deployment.target_restore_failed': (targets, { event }) => ended(targets, event.target),
  'deployment.target_retire_failed': (targets, { event }) => ended(targets, event.target),
  'deployment.call_settled': (targets, { event }) => ended(targets, event.target),
  'deployment.target_failed': (targets, { event, deployment }) =>
    event.cause === 'check'
      ? put(targets, event.target, () => ({ bad: deployment.version }))
      : ended(targets, event.target),

  'deployment.shift_started': (targets, { event }) => weighing(targets, event.shares),
  'deployment.traffic_restoring': (targets, { event }) => weighing(targets, event.shares),
  'deployment.shifted': (targets, { event }) => weighed(targets, event.shares),
  'deployment.traffic_restored': (targets, { event }) => weighed(targets, event.shares),
  'deployment.router_seen': (targets, { event, deployment: { plan } }) => {
    let next = targets;
    for (const [id, seen] of Object.entries(event.targets)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event names targets
      const target = id as TargetId;
      // Nothing is known any more of what was removed: that it left is known by the plan.
      const isRemoved = removedIn(plan, target) !== undefined;
      const also = seen.also ?? [];
      const isIn = [seen, ...also].every(({ inRotation }) => inRotation);
      if (isIn) next = opened(drainOver(next, target), target);
      next = next.with(target, asSeen(statusOf({ targets: next }, target), seen, isRemoved));
    }
    return next;
  },
  'deployment.place_caught_up': (targets, { event }) => allCaughtUp(targets, event.place),
  'deployment.verified': (targets, { event, deployment }) =>
    judged(targets, event.verification, deployment.version),
};

/** The only place that says what an event teaches of a service's targets. */
export function evolveStatus(
  targets: Targets,
  event: PlanEvent,
  deployment: Deployment,
  at: number,
): Targets {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type
  const teaching = TEACHINGS[event.type] as Teaching<PlanEventType> | undefined;
  if (teaching === undefined) return targets;
  return samePlace(teaching(targets, { event, deployment, at }), event, deployment);
}

/** The same of a service as one pass sees it. */
export function taught(
  service: ServiceStatus,
  event: PlanEvent,
  deployment: Deployment,
  at: number,
): ServiceStatus {
  const targets = evolveStatus(service.targets, event, deployment, at);
  return targets === service.targets ? service : { ...service, targets };
}

function put(
  targets: Targets,
  id: TargetId,
  change: (was: TargetStatus) => Partial<TargetStatus>,
): Targets {
  const was = statusOf({ targets }, id);
  return targets.with(id, { ...was, ...change(was) });
}

/** A call's end is known, and not what it left; so is that of a drain that was refused. */
function ended(targets: Targets, id: TargetId): Targets {
  const now = drainOver(targets, id);
  return now.get(id)?.call == null ? now : put(now, id, () => ({ call: null }));
}

type Intent =
  'deployment.target_started' | 'deployment.target_restoring' | 'deployment.target_retiring';

function called(
  targets: Targets,
  {
    event: { type, target, fence, worker },
    deployment: { id, plan },
    at,
  }: { readonly event: EventOf<Intent>; readonly deployment: Deployment; readonly at: number },
  version: Version | null,
): Targets {
  const action = type === 'deployment.target_started' ? 'deploy' : 'rollback';
  const place = placeOf(plan, target);
  const { drain: _, ...was } = calledAt(statusOf({ targets }, target), place);
  return targets.with(target, {
    ...was,
    version: widened(was.version, ANYTHING, version),
    // It is tried again: what was found before says nothing of what will be there.
    bad: was.bad === version ? null : was.bad,
    call: { deploymentId: id, action, version, fence, worker, since: at },
    by: id,
    place,
    // Also once it was removed, and is put back.
    ...(removedIn(plan, target) !== undefined && { left: true }),
  });
}

const CALLS: ReadonlySet<string> = new Set<Intent>([
  'deployment.target_started',
  'deployment.target_restoring',
  'deployment.target_retiring',
]);
const ENDS: ReadonlySet<string> = new Set<PlanEventType>([
  'deployment.target_updated',
  'deployment.target_restored',
  'deployment.target_retired',
]);

/** What is done to a target is done to whoever is at the same place under another name. */
function samePlace(targets: Targets, event: PlanEvent, { id, plan }: Deployment): Targets {
  const mate = 'target' in event ? mateOf(plan, event.target) : undefined;
  if (mate === undefined || !('target' in event)) return targets;
  const { version } = statusOf({ targets }, event.target);
  if (CALLS.has(event.type)) {
    // Whoever is to have the place has it from now on, also for the way back.
    const taken = removedIn(plan, mate) === undefined && { by: id };
    return put(targets, mate, (was) => ({ version: widened(was.version, ...version), ...taken }));
  }
  // Of what was gone before, nothing is said of whoever is there now.
  const wasGone =
    event.type === 'deployment.target_retired' && event.evidence['unchanged'] === true;
  if (!ENDS.has(event.type) || wasGone) return targets;
  // The place is the new one's: the old one is nobody's, and the new one has what is there.
  return removedIn(plan, mate) === undefined
    ? put(targets, mate, () => ({ version, by: id }))
    : put(targets, mate, () => ({ version: [null], call: null, by: null, bad: null }));
}

function weighing(targets: Targets, shares: TrafficShares): Targets {
  let next = targets;
  for (const [id, { left }] of targets) {
    if (left !== true)
      next = put(next, id, ({ weight }) => ({ weight: widened(weight, shareOf(shares, id)) }));
  }
  return next;
}

function weighed(targets: Targets, shares: TrafficShares): Targets {
  let next = targets;
  for (const [id, { left }] of targets) {
    // Nothing was asked of what left.
    if (left !== true) next = put(next, id, () => ({ weight: [shareOf(shares, id)] }));
  }
  return next;
}

/** What a verification found of each target. */
function judged(targets: Targets, verification: Verification, version: Version): Targets {
  let next = targets;
  for (const [id, isBad] of verdicts(verification)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a lookup: what is no target has no status
    const was = targets.get(id as TargetId);
    if (was === undefined || (was.bad === version) === isBad) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has a status, so it is a target
    next = next.with(id as TargetId, { ...was, bad: isBad ? version : null });
  }
  return next;
}
