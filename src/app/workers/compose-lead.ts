import type { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { RedisRetentionStore } from '../../adapters/redis/repair/retention-store.redis.js';
import type { Config } from '../../contracts/config/config.schema.js';
import { type CoordinatorPorts, coordinateRound } from '../../workers/coordinating/coordinate.js';
import { Retention } from '../../workers/coordinating/retention.js';

/** What the leading worker does in each round: it carries on what is due, then prunes the past. */
export function composeLead(
  { retention: policy, namespace }: Pick<Config, 'retention' | 'namespace'>,
  client: RedisClient,
  queues: BullQueues,
  coordinator: CoordinatorPorts,
): (stop: AbortSignal) => Promise<void> {
  if (policy === 'off') return (stop) => coordinateRound(coordinator, stop);
  const { promotions, events, log, clock } = coordinator;
  const retention = new Retention({
    ...{ promotions, events, log, policy, clock },
    retention: new RedisRetentionStore(client, namespace),
    cleanJobs: (olderThanMs) => queues.clean(olderThanMs),
  });
  return async (stop) => {
    await coordinateRound(coordinator, stop);
    await retention.round(stop);
  };
}
