import type { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { RedisJobAcceptances } from '../../adapters/redis/deployments/job-acceptances.redis.js';
import { publishersFrom } from '../../adapters/security/publisher-keys.js';
import type { Config } from '../../contracts/config/config.schema.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { JobQueues } from '../../producers/job-queue.js';
import { trustedQueues } from '../../producers/trusted-queues.js';
import { JobGate } from '../../workers/jobs/job-gate.js';

export interface Gated {
  /** None where no publisher is configured: everybody's jobs are taken then. */
  readonly gate: JobGate | undefined;
  /** For plans and rollbacks that a worker itself asks for. */
  readonly queues: JobQueues;
}

/** @throws SecurityError where a publisher's key is missing or none */
export async function composeGate(
  { security, namespace }: Pick<Config, 'security' | 'namespace'>,
  redis: RedisClient,
  store: Pick<DeploymentStore, 'load'>,
  queues: BullQueues,
  clock: Clock,
): Promise<Gated> {
  const { publishers: configured, requireSignedJobs: required, replayWindow } = security;
  if (configured.length === 0) return { gate: undefined, queues };
  const publishers = await publishersFrom(configured, process.env);
  const acceptances = new RedisJobAcceptances(redis, namespace);
  const signedFor = { namespace, audience: security.audience ?? namespace };
  const ports = { store, acceptances, clock, publishers, signedFor, required, replayWindow };
  return {
    gate: new JobGate(ports),
    queues: trustedQueues(queues, clock, (job, digests) => acceptances.vouch(job, digests)),
  };
}
