import type { Verification } from '../health/verification.js';
import type { TargetId } from '../ids.js';
import { type Deployment, progressOf } from './deployment.js';
import type { PlanEvent, RecordedEvent } from './plan-event.js';
import type { KnownTarget } from './target.js';

/** Of a target that was only given other traffic: what is on it is for others to say. */
type Share = Required<Pick<KnownTarget, 'share'>>;

/** What was learnt of a target, added to what was known of it. */
export const learn = (known: KnownTarget | undefined, learnt: KnownTarget | Share): KnownTarget =>
  'version' in learnt
    ? learnt
    : { ...(known ?? { version: null, deploymentId: null, healthy: null }), ...learnt };

/** What these events teach about targets, to be kept for the service beyond this deployment. */
export function knownAfter(
  after: Deployment,
  events: readonly RecordedEvent[],
): ReadonlyMap<TargetId, KnownTarget | Share> {
  const known = new Map<TargetId, KnownTarget | Share>();
  for (const { event } of events) {
    if (event.type === 'deployment.shifted' || event.type === 'deployment.traffic_restored') {
      for (const { id } of after.plan.targets) {
        const touched = after.targets.has(id);
        known.set(
          id,
          touched ? { ...fact(after, id), healthy: null } : { share: event.shares[id] ?? 0 },
        );
      }
    } else if (forgetsShares(after, event)) {
      // Of what it did not touch, others may know more.
      for (const id of after.targets.keys()) {
        known.set(id, { ...fact(after, id), healthy: null, share: null });
      }
    } else if ('target' in event) {
      const healthy = event.type === 'deployment.target_failed' ? false : null;
      known.set(event.target, { ...fact(after, event.target), healthy });
    } else if ('verification' in event && event.verification !== null) {
      for (const [target, healthy] of judged(after, event.verification)) {
        known.set(target, { ...fact(after, target), healthy });
      }
    }
  }
  return known;
}

/** Ended by force before the router's last word: nobody knows what share a target has. */
const forgetsShares = ({ course }: Deployment, event: PlanEvent): boolean =>
  event.type === 'deployment.failed' && event.forced === true && course.traffic?.settled === false;

function fact(after: Deployment, target: TargetId): Omit<KnownTarget, 'healthy'> {
  const { traffic } = after.course;
  const known = { version: progressOf(after, target).version, deploymentId: after.id };
  return traffic === null ? known : { ...known, share: traffic.now[target] ?? 0 };
}

function judged(after: Deployment, { checks }: Verification): ReadonlyMap<TargetId, boolean> {
  const touched = new Map([...after.targets.keys()].map((id) => [String(id), id]));
  const found = new Map<TargetId, boolean>();
  for (const check of checks) {
    const id = check.target === null ? undefined : touched.get(check.target);
    if (id === undefined || check.status === 'unknown') continue;
    const bad = check.critical && check.status === 'unhealthy';
    found.set(id, (found.get(id) ?? true) && !bad);
  }
  return found;
}
