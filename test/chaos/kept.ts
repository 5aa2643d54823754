import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import type { PublishedPlan } from '../../src/producers/deployment-producer.js';
import type { Observer } from './observer.js';
import type { RedisBackend } from './redis-backend.js';

/**
 * Whether what was published outlives a failover: its job is there, or the
 * deployment that came of it, and every replica has what this server has.
 */
export const keptBy =
  ({ redis, keys, namespace }: Observer, durability: RedisBackend['durability']) =>
  async ({ jobId, deploymentId }: PublishedPlan): Promise<boolean> => {
    if (durability === null) return true;
    const { replicas, timeout } = durability;
    const job = `${partitionPrefix(namespace)}:plan:${jobId}`;
    // Together, so that they ask one and the same server.
    const [there, acknowledged] =
      (await redis
        .pipeline()
        .exists(job, keys.deployment(deploymentId).record)
        .wait(replicas, timeout)
        .exec()) ?? [];
    return Number(there?.[1] ?? 0) > 0 && Number(acknowledged?.[1] ?? 0) >= replicas;
  };
