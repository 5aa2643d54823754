import type { TargetId } from '../../model/ids.js';
import { type ServiceStatus, statusOf } from '../../model/service-status.js';
import type { Seen } from '../../model/target-status.js';

/** A service as it is written down and as it will be, both with what is seen just now. */
export function bothSeen(
  was: ServiceStatus,
  now: ServiceStatus,
  seen: ReadonlyMap<TargetId, Seen>,
): readonly [ServiceStatus, ServiceStatus] {
  let { targets: durable } = was;
  let { targets } = now;
  for (const [id, status] of targets) {
    const its = seen.get(id);
    if (its === undefined || status.seen?.up === its.up) continue;
    const changed = { ...status, seen: its };
    const old = statusOf({ targets: durable }, id);
    targets = targets.with(id, changed);
    // One object for both: what differs between them is what is still to be written.
    durable = durable.with(id, old === status ? changed : { ...old, seen: its });
  }
  return [
    { ...was, targets: durable },
    { ...now, targets },
  ];
}
