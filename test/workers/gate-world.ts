import { MemoryJobAcceptances } from '../../src/adapters/memory/memory-acceptances.js';
import { publishersFrom } from '../../src/adapters/security/publisher-keys.js';
import { jobSigner, type Signing } from '../../src/adapters/security/signature-keys.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import type { QueueName } from '../../src/contracts/jobs/define-job.js';
import { JobRequestSchema } from '../../src/contracts/jobs/job-request.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { type ArrivedJob, JobGate } from '../../src/workers/jobs/job-gate.js';
import type { Outcome } from '../../src/workers/jobs/outcome.js';
import { PRIVATE_KEY, PUBLIC_KEY, SECRET } from '../support/signing-keys.js';

/** The time and what the store holds, as the test sets them. */
export const world: { now: number; stored: Deployment[] } = { now: 0, stored: [] };

export function newWorld(): void {
  world.now = 1_790_000_000_000;
  world.stored = [];
}

export const WINDOW = 300_000;
export const NAMESPACE = 'signalbox';
const NAMES = {
  plan: 'plan-deployment',
  execute: 'execute-deployment',
  verify: 'verify-deployment',
  rollback: 'rollback-deployment',
};
export const PLAN = { schema: 1, service: 'api', version: '1.4.2' };

export const acceptances = () => new MemoryJobAcceptances({ now: () => world.now });

export async function makeGate(security: object = {}, memory = acceptances()): Promise<JobGate> {
  const config = SecuritySchema.parse({
    requireSignedJobs: true,
    replayWindow: WINDOW,
    publishers: [
      { name: 'ci', algorithm: 'ed25519', key: PUBLIC_KEY },
      {
        name: 'hook',
        algorithm: 'hmac-sha256',
        key: 'env:HOOK',
        services: ['api'],
        environments: ['production'],
        jobs: ['plan', 'execute'],
      },
    ],
    ...security,
  });
  return new JobGate({
    store: { load: async (id) => world.stored.find((each) => each.id === id) },
    acceptances: memory,
    clock: { now: () => world.now },
    publishers: await publishersFrom(config.publishers, { HOOK: SECRET }),
    signedFor: { namespace: NAMESPACE, audience: config.audience ?? NAMESPACE },
    required: config.requireSignedJobs,
    replayWindow: config.replayWindow,
  });
}

export interface Where {
  readonly namespace?: string;
  readonly queue?: QueueName;
  readonly jobId?: string;
}

const CI: Signing = { name: 'ci', privateKey: PRIVATE_KEY };
export const HOOK: Signing = { name: 'hook', secret: SECRET };

export function sign(
  data: object,
  {
    namespace = NAMESPACE,
    queue = 'plan',
    jobId = 'job_1',
    as = CI,
  }: Where & { as?: Signing } = {},
): object {
  const signer = jobSigner(as, namespace, () => world.now);
  return { ...data, signature: signer({ queue, name: NAMES[queue], jobId, data }) };
}

/** The job after its way through BullMQ. */
export function arrived(data: object, { queue = 'plan', jobId = 'job_1' }: Where = {}): ArrivedJob {
  const read = JSON.parse(JSON.stringify(data));
  return {
    queue,
    name: NAMES[queue],
    jobId,
    publishedAt: world.now,
    data: read,
    request: JobRequestSchema.parse(read),
  };
}

export const reasonOf = (outcome: Outcome | null): string =>
  outcome?.kind === 'discard' ? outcome.reason : (outcome?.kind ?? 'taken');
