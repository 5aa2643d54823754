import type { JobsOptions } from 'bullmq';
import { beforeEach, describe, expect, test } from 'vitest';
import { deploymentIdForKey } from '../../src/contracts/values/deployment-id.js';
import { planDeployment } from '../../src/contracts/jobs/plan-deployment.job.js';
import type { JobQueues } from '../../src/producers/job-queue.js';
import {
  promotionPublisher,
  releaseJobPublisher,
} from '../../src/producers/publish-release-job.js';
import { aPromotion } from '../domain/promotion/promotions.js';
import { aRelease, memberOf } from '../domain/release/releases.js';

describe('the jobs of releases and promotions', () => {
  const added: { queue: string; name: string; data: object; jobId: string }[] = [];
  const queues: JobQueues = {
    add: async (queue, name, data, { jobId = '' }: JobsOptions) => {
      added.push({ queue, name, data, jobId });
    },
  };
  beforeEach(() => {
    added.length = 0;
  });

  test('plan the very deployment that the release knows', async () => {
    const strategy = { kind: 'canary', stages: [50, 100] };
    const services = [{ service: 'api', version: '1.4.2', strategy }];
    const release = aRelease(undefined, {
      services,
      requestedBy: 'ci',
      metadata: { commit: 'abc' },
    });
    const member = memberOf(release, 'api');
    await releaseJobPublisher(queues)({ kind: 'plan', release, member, reason: '' });

    expect(added).toEqual([
      {
        queue: 'plan',
        name: 'plan-deployment',
        jobId: `${release.id}.api.plan.1`,
        data: {
          schema: 1,
          service: 'api',
          environment: 'production',
          version: '1.4.2',
          strategy,
          approve: true,
          trigger: 'person',
          requestedBy: 'ci',
          idempotencyKey: `release:${release.id}:api:1`,
          metadata: { commit: 'abc', release: release.id },
        },
      },
    ]);
    const data = planDeployment.data.parse(added[0]?.data);
    expect(deploymentIdForKey(data, data.idempotencyKey ?? '')).toBe(member.deploymentId);
  });

  test('take one deployment back, with a reason of one line', async () => {
    const release = aRelease();
    const member = memberOf(release, 'api');
    const reason = 'web: no\ndisk';
    await releaseJobPublisher(queues)({ kind: 'plan', release, member, reason });
    await releaseJobPublisher(queues)({ kind: 'rollback', release, member, reason });

    expect(added.map(({ data }) => data)).toMatchObject([
      { requestedBy: release.id },
      { deploymentId: member.deploymentId, reason: 'web: no disk', requestedBy: release.id },
    ]);
    expect(added[1]).toMatchObject({ queue: 'rollback', jobId: `${release.id}.api.rollback.1` });
  });

  test('plan the deployment that a promotion knows, in the name of whoever let it go on', async () => {
    const promotion = aPromotion();
    await promotionPublisher(queues)(promotion);
    await promotionPublisher(queues)({ ...promotion, approvedBy: 'ann' });

    expect(added[0]).toMatchObject({
      queue: 'plan',
      jobId: `promotion.${promotion.id}`,
      data: {
        service: 'api',
        environment: 'production',
        version: '2.0.0',
        approve: true,
        trigger: 'automation',
        requestedBy: `promotion of ${promotion.source}`,
        metadata: { promotedFrom: promotion.source },
      },
    });
    expect(added[1]?.data).toMatchObject({ requestedBy: 'ann', trigger: 'person' });
    const data = planDeployment.data.parse(added[0]?.data);
    expect(deploymentIdForKey(data, data.idempotencyKey ?? '')).toBe(promotion.deploymentId);
  });
});
