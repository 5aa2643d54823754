import type { EventOf } from '../model/deployment/plan-event.js';
import type { TargetId } from '../model/ids.js';
import { statusOf } from '../model/service-status.js';
import type { SharedMap } from '../model/shared-map.js';
import type { TargetStatus } from '../model/target-status.js';

/** What an event says of a drain under way; nothing where an older version wrote it. */
export function drainAsOf(
  event: EventOf<
    'deployment.target_draining' | 'deployment.target_closing' | 'deployment.drain_seen'
  >,
  at: number,
): Pick<TargetStatus, 'drain'> {
  const { withinMs, uncounted } = event;
  if (withinMs === undefined) return {};
  const count = 'count' in event ? event.count : null;
  return { drain: { until: at + withinMs, count, ...(uncounted && { uncounted }) } };
}

/** The router may send it somebody again. */
export function opened(
  targets: SharedMap<TargetId, TargetStatus>,
  id: TargetId,
): SharedMap<TargetId, TargetStatus> {
  const { closed, ...status } = statusOf({ targets }, id);
  return closed === undefined ? targets : targets.with(id, status);
}

/** Nobody waits any more for what the target was sent. */
export function drainOver(
  targets: SharedMap<TargetId, TargetStatus>,
  id: TargetId,
): SharedMap<TargetId, TargetStatus> {
  const { drain, ...status } = statusOf({ targets }, id);
  return drain === undefined ? targets : targets.with(id, status);
}
