import type { QueueName } from '../../contracts/jobs/define-job.js';
import { releaseJobId, releaseJobQueue } from '../../contracts/release.schema.js';
import type { ServiceName } from '../../domain/model/ids.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { Log } from '../../domain/ports/log.js';
import type { ReleaseStore } from '../../domain/release/release-store.js';
import { awaitedJob } from '../../domain/release/awaited-job.js';
import {
  deploymentFact,
  type JobFact,
  type MemberFact,
  NO_FACT,
} from '../../domain/release/member-fact.js';
import {
  hasEnded,
  type Member,
  type Release,
  releaseReasonOf,
} from '../../domain/release/release.js';
import type { ReleaseId } from '../../domain/release/release-id.js';
import { type ReleaseJob, releaseOwed } from '../../domain/release/release-owed.js';

export interface ReleasePorts {
  readonly releases: Pick<ReleaseStore, 'due' | 'load' | 'save' | 'postpone'>;
  readonly store: Pick<DeploymentStore, 'load'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** How a published job stands; a refused one with its reason. */
  readonly jobOutcome: (queue: QueueName, jobId: string) => Promise<JobFact>;
  /** Publishing the same job twice is one job. */
  readonly publishReleaseJob: (job: ReleaseJob) => Promise<void>;
}

/** Keeps a round well under the time for which a worker leads. */
const MOST_LOOKS = 200;
/** One that can't be looked at must not keep the others waiting. */
const TROUBLE_MS = 10_000;

/** One round: carries on with every release that is due. Two workers doing it at once do no harm. */
export async function releaseRound(ports: ReleasePorts, stop: AbortSignal): Promise<void> {
  for (const id of await ports.releases.due(MOST_LOOKS)) {
    if (stop.aborted) return;
    await lookAt(ports, id);
  }
}

async function lookAt(ports: ReleasePorts, id: ReleaseId): Promise<void> {
  const { releases, log } = ports;
  const release = await releases.load(id);
  if (release === undefined) return;
  try {
    await carryOn(ports, release);
  } catch (error) {
    log.error({ release: id, err: error }, 'a release could not be carried on');
    await releases.postpone(release, TROUBLE_MS);
  }
}

/**
 * The intent is stored before a job is published: after a crash in between,
 * the job is found missing and published then.
 */
async function carryOn(ports: ReleasePorts, release: Release): Promise<void> {
  const { releases, clock, log } = ports;
  const facts = await factsOf(ports, release);
  const { after, publish, lookInMs } = releaseOwed(release, facts, clock.now());
  if (after === release) {
    await releases.postpone(release, lookInMs);
  } else {
    // Somebody else wrote: they, or the next round, go on from there.
    if (!(await releases.save(release, after, lookInMs)).ok) return;
    if (hasEnded(after)) {
      const { status } = after.state;
      log.info({ release: after.id, status, reason: releaseReasonOf(after) }, 'release ended');
    }
  }
  for (const job of publish) await ports.publishReleaseJob(job);
}

async function factsOf(
  ports: ReleasePorts,
  release: Release,
): Promise<ReadonlyMap<ServiceName, MemberFact>> {
  const begun = release.members.filter(
    ({ status }) => status === 'running' || status === 'completed',
  );
  const facts = begun.map(
    async (member) => [member.service, await factOf(ports, release, member)] as const,
  );
  return new Map(await Promise.all(facts));
}

async function factOf(ports: ReleasePorts, release: Release, member: Member): Promise<MemberFact> {
  const deployment = await deploymentOf(ports, member);
  const kind = awaitedJob(release, member, deployment);
  if (kind === null) return { ...NO_FACT, deployment };
  const queue = releaseJobQueue({ kind, release });
  const job = await ports.jobOutcome(queue, releaseJobId({ kind, release, member }));
  if (job.state !== 'done' && job.state !== 'refused') return { deployment, job };
  // The job may have ended between the two looks, and its deployment be there now.
  return { deployment: await deploymentOf(ports, member), job };
}

async function deploymentOf(
  { store }: ReleasePorts,
  { deploymentId }: Member,
): Promise<MemberFact['deployment']> {
  const deployment = await store.load(deploymentId);
  return deployment === undefined ? null : deploymentFact(deployment);
}
