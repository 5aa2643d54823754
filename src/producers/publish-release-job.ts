import { planDeployment, type PlanDeploymentInput } from '../contracts/jobs/plan-deployment.job.js';
import {
  rollbackDeployment,
  type RollbackDeploymentInput,
} from '../contracts/jobs/rollback-deployment.job.js';
import { promotionJobId, promotionKey } from '../contracts/values/promotion-ids.js';
import { memberKey, releaseJobId } from '../contracts/release.schema.js';
import type { Promotion } from '../domain/promotion/promotion.js';
import type { ReleaseJob } from '../domain/release/release-owed.js';
import type { JobQueues } from './job-queue.js';
import { publishJob } from './publish-job.js';

/** Publishes a job that a release is owed, under its own name: publishing it twice is one job. */
export const releaseJobPublisher =
  (queues: JobQueues) =>
  async (job: ReleaseJob): Promise<void> => {
    const { kind, release, member, reason } = job;
    const { id, environment, requestedBy } = release;
    const { service, version, strategy, attempt, deploymentId } = member;
    const jobId = releaseJobId(job);
    if (kind === 'rollback') {
      const input = {
        ...{ schema: 1 as const, deploymentId, reason: oneLine(reason), requestedBy: id },
        // What runs is called off only as long as it has not begun: it may begin before this job has its turn.
        ...(member.status === 'running' && { unlessBegun: true as const }),
      };
      await publishJob(queues, rollbackDeployment, input, jobId);
      return;
    }
    const asked = {
      ...{ schema: 1, service, environment, ...(strategy !== null && { strategy }) },
      requestedBy: requestedBy ?? id,
      idempotencyKey: memberKey(id, service, attempt),
    };
    if (release.rollback) {
      const why = `release ${release.name ?? id} goes back`;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract checks it before it is published
      const back = {
        ...asked,
        toVersion: version,
        reason: oneLine(why),
      } as RollbackDeploymentInput;
      await publishJob(queues, rollbackDeployment, back, jobId);
      return;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract checks it before it is published
    const input = {
      ...asked,
      version,
      approve: true,
      trigger: 'person',
      metadata: { ...release.metadata, release: id },
    } as PlanDeploymentInput;
    await publishJob(queues, planDeployment, input, jobId);
  };

/** Publishes the plan of a promoted version, under its own name. */
export const promotionPublisher =
  (queues: JobQueues) =>
  async (promotion: Promotion): Promise<void> => {
    const { id, service, to, version, source, approvedBy } = promotion;
    const input = {
      schema: 1,
      service,
      environment: to,
      version,
      approve: true,
      trigger: approvedBy === null ? 'automation' : 'person',
      requestedBy: approvedBy ?? `promotion of ${source}`,
      idempotencyKey: promotionKey(promotion),
      metadata: { promotedFrom: source },
    } as const;
    await publishJob(queues, planDeployment, input, promotionJobId(id));
  };

/** A driver's words may have line breaks, and a reason is one line. */
const oneLine = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are just what is taken out
  text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 1_000);
