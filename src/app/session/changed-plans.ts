import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { keysOf } from '../../adapters/redis/connection/keys.js';
import { RedisDeploymentStore } from '../../adapters/redis/deployments/deployment-store.redis.js';
import { RedisWorkerRoster } from '../../adapters/redis/workers/worker-roster.redis.js';
import type { ChangedPlan } from '../../cli/session/doctor-session.js';
import { configurationChange } from '../../domain/fleet/configuration-change.js';
import { outlinesFor } from '../../domain/fleet/outlines-for.js';
import { deploymentId } from '../../domain/model/ids.js';

/** Open deployments that are looked at, the newest first. */
const MOST = 200;

/** Open deployments whose service is configured otherwise now than when they were planned. */
export async function changedPlans(
  redis: RedisClient,
  namespace: string,
): Promise<readonly ChangedPlan[]> {
  const roster = new RedisWorkerRoster(redis, namespace);
  const store = new RedisDeploymentStore(redis, namespace);
  const [workers, ids] = await Promise.all([
    roster.workers(),
    redis.zrevrange(keysOf(namespace).open, 0, MOST - 1),
  ]);
  const alive = workers.filter((worker) => worker.alive);
  const found = await Promise.all(
    ids.map(async (id): Promise<readonly ChangedPlan[]> => {
      const deployment = await store.load(deploymentId(id));
      if (deployment === undefined) return [];
      const { service, environment, plan } = deployment;
      const outlines = await outlinesFor(roster, plan.configuration, deployment, alive);
      const change = configurationChange(plan.configuration, deployment, alive, outlines);
      return change === null ? [] : [{ id, service, environment, change }];
    }),
  );
  return found.flat();
}
