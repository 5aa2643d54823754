import type { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { RedisEventLog } from '../../adapters/redis/deployments/event-log.redis.js';
import { jobOutcome } from '../../adapters/redis/deployments/job-outcome.js';
import { RedisPromotionStore } from '../../adapters/redis/releases/promotion-store.redis.js';
import { RedisReleaseStore } from '../../adapters/redis/releases/release-store.redis.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { JobQueues } from '../../producers/job-queue.js';
import { promotionPublisher, releaseJobPublisher } from '../../producers/publish-release-job.js';
import type { CoordinatorPorts } from '../../workers/coordinating/coordinate.js';

export interface CoordinatorOptions extends Pick<
  CoordinatorPorts,
  'store' | 'index' | 'log' | 'promotionsFrom'
> {
  /** The host's own where not given. */
  readonly clock?: Clock;
  /** Never waits for events, and so may be shared. */
  readonly client: RedisClient;
  readonly queues: BullQueues;
  /** Where what releases and promotions are owed is put; the queues as they are where not given. */
  readonly publishTo?: JobQueues;
  readonly namespace: string;
}

/** What the leading worker carries releases and promotions out with, on real Redis. */
export function composeCoordinator(options: CoordinatorOptions): CoordinatorPorts {
  const {
    client,
    queues,
    publishTo = options.queues,
    namespace,
    store,
    index,
    log,
    clock = systemClock,
    promotionsFrom,
  } = options;
  const releases = new RedisReleaseStore(client, namespace);
  return {
    releases,
    promotions: new RedisPromotionStore(client, namespace),
    // The connection stays its owner's to close.
    events: new RedisEventLog({ client, close: async () => {} }, namespace),
    store,
    index,
    clock,
    log,
    promotionsFrom,
    jobOutcome: jobOutcome(queues),
    publishReleaseJob: releaseJobPublisher(publishTo),
    publishPromotion: promotionPublisher(publishTo),
    onTurned: (deployments) => releases.wake(deployments),
  };
}
