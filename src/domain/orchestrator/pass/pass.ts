import type { VersionRecord } from '../../model/active-deployment.js';
import type { Admission } from '../../policy/admission.js';
import type { DeploymentId, TargetId } from '../../model/ids.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { Target } from '../../model/target.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Journal, Ticket } from '../journal/journal.js';
import type { ServiceRuntime } from '../orchestrator-ports.js';

/** One run of a job over one deployment, under a claim. */
export interface Pass extends Required<ServiceRuntime> {
  readonly journal: Journal;
  readonly fence: number;
  readonly worker: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What admission let it past, for the event that says it began. */
  readonly admitted: Extract<Admission, { kind: 'admitted' }> | null;
  readonly loadDeployment: (id: DeploymentId) => Promise<Deployment | undefined>;
  /** The stable versions of the service, and what was taken back. */
  readonly versions: () => Promise<VersionRecord>;
  /** Begin nothing new. */
  readonly draining: AbortSignal;
  /** End what was begun. */
  readonly abort: AbortSignal;
}

/** The plan's targets of these ids, in the plan's order. */
export function targetsOf({ journal }: Pass, ids: readonly TargetId[]): readonly Target[] {
  const wanted = new Set(ids);
  return journal.deployment.plan.targets.filter(({ id }) => wanted.has(id));
}

/** When to go on (epoch milliseconds), or `null`: nothing to wait for. */
export type WaitUntil = number | null;

/** When what was reported is to be tried again. */
export function nextTry({ events }: Ticket): WaitUntil {
  for (const event of events) if ('retryAt' in event) return event.retryAt;
  return null;
}

export const earliest = (waits: readonly WaitUntil[]): WaitUntil =>
  waits.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null);

/** What was begun is seen to its end before a failure is thrown: a pass that has ended must leave nothing running. */
export async function allToTheirEnds<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
