import { expect, test } from 'vitest';
import { planDeployment } from '../../src/contracts/jobs/plan-deployment.job.js';
import { InvalidRequest, publishJob } from '../../src/producers/publish-job.js';

const REQUEST = { schema: 1, service: 'api', version: '1.4.2' } as const;

function nested(levels: number): Record<string, never> {
  const root: Record<string, unknown> = {};
  let inner = root;
  for (let level = 1; level < levels; level++) {
    const next: Record<string, unknown> = {};
    inner['a'] = next;
    inner = next;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a caller without types may hand over
  return root as Record<string, never>;
}

test.each([33, 5_000, 200_000])(
  'metadata that is %d levels deep is refused with a sentence, and nothing is published',
  async (levels) => {
    let published = 0;
    const queues = { add: async () => void (published += 1) };
    const request = { ...REQUEST, metadata: nested(levels) };

    const refused = publishJob(queues, planDeployment, request, 'job_1');

    await expect(refused).rejects.toThrow(InvalidRequest);
    await expect(refused).rejects.toThrow('metadata: nested more than 32 levels');
    expect(published).toBe(0);
  },
);
