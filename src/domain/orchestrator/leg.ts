import type { ActiveDeployment } from '../plan/service-effect.js';
import type { Admission } from '../policy/admission.js';
import type { Deployment } from '../plan/deployment.js';
import type { DeploymentId, TargetId } from '../ids.js';
import type { KnownTarget, Target } from '../plan/target.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Journal } from './journal.js';
import type { ServiceRuntime } from './orchestrator-ports.js';

/** One run of a job over one deployment, under a claim. */
export interface Leg extends Required<ServiceRuntime> {
  readonly journal: Journal;
  readonly fence: number;
  readonly worker: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What admission let it past, for the event that says it began. */
  readonly admitted: Extract<Admission, { kind: 'admitted' }> | null;
  /** The last thing known of the service's targets. */
  readonly knownTargets: () => Promise<ReadonlyMap<TargetId, KnownTarget>>;
  readonly loadDeployment: (id: DeploymentId) => Promise<Deployment | undefined>;
  readonly lastGood: ActiveDeployment | null;
  /** Targets that serve nobody until this run has given them back to the router. */
  readonly away: Set<TargetId>;
  /** Begin nothing new. */
  readonly draining: AbortSignal;
  /** End what was begun. */
  readonly abort: AbortSignal;
}

/** The plan's targets of these ids, in the plan's order. */
export function targetsOf({ journal }: Leg, ids: readonly TargetId[]): readonly Target[] {
  const wanted = new Set(ids);
  return journal.deployment.plan.targets.filter(({ id }) => wanted.has(id));
}

/** When to go on (epoch milliseconds), or `null`: nothing to wait for. */
export type Rest = number | null;

export const earliest = (rests: readonly Rest[]): Rest =>
  rests.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null);

/**
 * Runs `work` for each item, at most `width` at a time. After a failure nothing
 * more is begun, and what was begun is seen to its end before it is thrown: a
 * leg that has ended must leave nothing running.
 */
export async function inLanes<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
