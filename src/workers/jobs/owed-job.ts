import type { QueueName } from '../../contracts/jobs/define-job.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import { doneWith, isAwaited } from './conclude.js';
import { discard, type Outcome } from './outcome.js';

interface UnsignedJob {
  readonly queue: QueueName;
  readonly jobId: string;
  readonly request: { readonly deploymentId?: DeploymentId | undefined };
}

/**
 * What an unsigned job comes to: `null` where it is the very job its deployment
 * waits for, by the store's word; `'not owed'` where it doesn't even claim to be one.
 * A job that was owed earlier has nothing left to do.
 */
export async function outcomeOfOwed(
  store: Pick<DeploymentStore, 'load'>,
  { queue, jobId, request: { deploymentId: id } }: UnsignedJob,
): Promise<Outcome | null | 'not owed'> {
  const claim = id === undefined ? null : CLAIM.exec(jobId);
  if (id === undefined || claim === null || !jobId.startsWith(`${id}.${queue}.`)) return 'not owed';
  const deployment = await store.load(id);
  if (deployment === undefined) return discard(`deploymentId: no deployment ${id}`);
  if (isAwaited(deployment, jobId)) return null;
  if (deployment.state.status !== 'draft' && Number(claim[1]) <= deployment.run) {
    return doneWith(deployment);
  }
  return discard(`signature: the job is not signed, and ${id} does not wait for it`);
}

const CLAIM = /\.(\d{1,15})$/;
