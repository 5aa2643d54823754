import type { Deployment } from '../model/deployment/deployment.js';
import type { EventOf } from '../model/deployment/plan-event.js';
import type { ServiceStatus } from '../model/service-status.js';
import { evolve } from '../plan/fold/evolve.js';
import type { Clock } from '../ports/clock.js';
import type { DeploymentStore } from '../ports/deployment-store.js';
import { taught } from '../reconcile/evolve-status.js';

export interface CaughtUpPorts {
  readonly store: Pick<DeploymentStore, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: string;
}

/**
 * Writes that a place has what it missed, where neither the deployment nor the
 * service was written to meanwhile: else it may have missed more.
 *
 * @returns both as they are then; `null` where somebody else wrote
 */
export async function writeCaughtUp(
  { store, clock, worker }: CaughtUpPorts,
  before: Deployment,
  service: ServiceStatus,
  event: EventOf<'deployment.place_caught_up'>,
): Promise<{ readonly deployment: Deployment; readonly service: ServiceStatus } | null> {
  const at = clock.now();
  const recorded = { sequence: before.revision + 1, at, actor: worker, event };
  const after = evolve(before, recorded);
  const now = taught(service, event, before, at);
  const targets = now.targets.changedSince(service.targets);
  const answer = await store.append({
    ...{ before, after, events: [recorded], fence: null, release: false },
    service: { targets, revision: service.revision },
  });
  if (!answer.ok) return null;
  const { run, service: written } = answer.value;
  return { deployment: { ...after, run }, service: { ...now, ...written } };
}
