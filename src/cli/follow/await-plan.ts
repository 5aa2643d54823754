import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { waitingWords } from '../../domain/fleet/fleet-words.js';
import {
  DEFAULT_ENVIRONMENT,
  environmentName,
  serviceName,
  type ServiceRef,
} from '../../domain/model/ids.js';
import type { DeploymentRequest, PublishedPlan } from '../../producers/deployment-producer.js';
import { awaitJob, type JobEnd } from './await-job.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';

export type Planned =
  | { readonly kind: 'planned'; readonly deployment: Deployment }
  | Extract<JobEnd, { kind: 'open' | 'interrupted' }>;

/** A request that was published, and the service that it is for. */
export interface PublishedFor extends PublishedPlan {
  readonly ref: ServiceRef;
}

/** What was published, with what it names. @throws TypeError where a name is none */
export const publishedFor = (
  published: PublishedPlan,
  {
    service,
    environment = DEFAULT_ENVIRONMENT,
  }: Pick<DeploymentRequest, 'service' | 'environment'>,
): PublishedFor => ({
  ...published,
  ref: { service: serviceName(service), environment: environmentName(environment) },
});

/** What a request waits for that no worker has planned yet. */
export async function waitWords(
  { roster }: Pick<CliSession, 'roster'>,
  { ref }: PublishedFor,
): Promise<string> {
  const why = waitingWords(ref, await roster.workers());
  return why === null
    ? 'no worker has taken the request up yet'
    : `${why}. It is refused if none comes`;
}

/**
 * Waits for the plan job's end.
 *
 * @param deadline epoch milliseconds; null waits for ever
 * @throws UsageError when the worker refused the request
 */
export async function awaitPlan(
  run: CliRun,
  session: CliSession,
  published: PublishedFor,
  deadline: number | null,
): Promise<Planned> {
  const { jobId, deploymentId } = published;
  const end = await awaitJob(run.ports, session, {
    queue: 'plan',
    jobId,
    deadline,
    onSlow: async () => run.out.note(`${await waitWords(session, published)}; still waiting`),
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
