import type { DrainCount, Draining } from '../model/target.js';
import { type Deployment, everyTarget } from '../model/deployment/deployment.js';
import type { PlanStatus } from '../model/deployment/plan-state.js';
import type { RecordedEvent } from '../model/deployment/plan-event.js';
import type { TargetId } from '../model/ids.js';
import type { TargetStatuses } from '../model/target-status.js';
import { countIn } from './drain-words.js';

export interface GoingDrain extends Draining {
  readonly target: TargetId;
}

const UNDER_WAY: ReadonlySet<PlanStatus> = new Set(['executing', 'paused', 'rolling_back']);

/** The targets that a deployment drains just now; none where it is not under way. */
export function goingDrains(
  { plan, state }: Pick<Deployment, 'plan' | 'state'>,
  known: TargetStatuses,
): readonly GoingDrain[] {
  if (!UNDER_WAY.has(state.status)) return [];
  return everyTarget(plan).flatMap(({ id }) => {
    const drain = known.get(id)?.drain;
    return drain === undefined ? [] : [{ target: id, ...drain }];
  });
}

/** A drain whose time was up, and what was left then: what comes next cuts it off. */
export interface GivenUpDrain {
  readonly target: TargetId;
  /** `null` where the router did not say. */
  readonly count: DrainCount | null;
  /** Milliseconds; `null` where that was not said. */
  readonly waitedMs: number | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The drains that were given up, oldest first. */
export const givenUpDrains = (events: readonly RecordedEvent[]): readonly GivenUpDrain[] =>
  events.flatMap(({ event, at }) => {
    if (event.type !== 'deployment.target_drained' || event.evidence['ended'] !== false) return [];
    const { target, evidence } = event;
    const waited = evidence['waitedMs'];
    const waitedMs = typeof waited === 'number' ? waited : null;
    return [{ target, count: countIn(evidence), waitedMs, at }];
  });
