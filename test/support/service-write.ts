import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import { serviceChange } from '../../src/domain/reconcile/service-change.js';
import type { ServiceWrite } from '../../src/domain/ports/deployment-store.js';
import { evolveStatus } from '../../src/domain/reconcile/evolve-status.js';
import { type ServiceRecord, serviceStatus } from '../../src/domain/model/service-status.js';

/** What events change of a service that was found so, as a worker under a claim writes it. */
export function serviceWrite(
  before: Deployment,
  events: readonly RecordedEvent[],
  found: ServiceRecord,
): ServiceWrite {
  const was = serviceStatus(found, before.plan);
  let after = before;
  let { targets } = was;
  for (const recorded of events) {
    targets = evolveStatus(targets, recorded.event, after, recorded.at);
    after = evolve(after, recorded);
  }
  const at = events.at(-1)?.at ?? 0;
  return {
    targets: targets.changedSince(was.targets),
    revision: found.revision,
    ...serviceChange(after, at, before, { ...was, targets }),
  };
}
