import type { Need } from '../../domain/fleet/knowledge.js';
import type { DeploymentId, ServiceRef } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { ArrivedJob } from './job-gate.js';
import { isAwaited } from './conclude.js';

export interface NeedPorts {
  readonly store: Pick<DeploymentStore, 'load'>;
  /** Whose a deployment is, by one cheap look; `null` where there is none. */
  readonly refOf: (id: DeploymentId) => Promise<ServiceRef | null>;
  /** Whether this worker carries it out. */
  readonly isMine: (need: Need) => boolean;
}

/** What a job needs that this worker has not. */
export interface Missing {
  readonly need: Need;
  /** The deployment that waits for this very job; `null` for what somebody asks for. */
  readonly waits: Deployment | null;
}

/** `null` where the job can be dealt with here: it is configured, or there is nothing to carry out. */
export async function missingFor(ports: NeedPorts, job: ArrivedJob): Promise<Missing | null> {
  const { deploymentId: id, service, environment } = job.request;
  if (id === undefined) {
    if (service === undefined) return null;
    const need = { ref: { service, environment }, bringsDriver: 'driver' in job.data };
    return ports.isMine(need) ? null : { need, waits: null };
  }
  const ref = await ports.refOf(id);
  if (ref === null || ports.isMine({ ref, bringsDriver: false })) return null;
  const deployment = await ports.store.load(id);
  // What has ended is only answered; a rollback alone begins something then.
  if (deployment === undefined) return null;
  if (isTerminal(deployment.state.status) && job.queue !== 'rollback') return null;
  const need = { ref, bringsDriver: deployment.plan.trusted?.['driver'] !== undefined };
  if (ports.isMine(need)) return null;
  return { need, waits: isAwaited(deployment, job.jobId) ? deployment : null };
}
