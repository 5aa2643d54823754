import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { PublishedPlan } from '../../producers/deployment-producer.js';
import { awaitJob, type JobEnd } from './await-job.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';

export type Planned =
  | { readonly kind: 'planned'; readonly deployment: Deployment }
  | Extract<JobEnd, { kind: 'open' | 'interrupted' }>;

/**
 * Waits for the plan job's end.
 *
 * @param deadline epoch milliseconds; null waits for ever
 * @throws UsageError when the worker refused the request
 */
export async function awaitPlan(
  run: CliRun,
  session: CliSession,
  { jobId, deploymentId }: PublishedPlan,
  deadline: number | null,
): Promise<Planned> {
  const end = await awaitJob(run.ports, session, {
    queue: 'plan',
    jobId,
    deadline,
    onSlow: () => run.out.note('no worker has taken the request up yet; still waiting'),
    // A job that is gone was finished long enough ago; its deployment is what lasts.
    meanwhile: async (job) =>
      job === null && (await session.store.load(deploymentId)) !== undefined,
  });
  if (end.kind === 'failed') throw new UsageError(end.reason);
  if (end.kind === 'open' || end.kind === 'interrupted') return end;
  const deployment = await session.store.load(deploymentId);
  if (deployment === undefined) throw new Error(`${deploymentId} was planned, but is not stored`);
  return { kind: 'planned', deployment };
}
