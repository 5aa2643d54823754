import { ulid } from 'ulid';
import { rruleCalendar } from '../../adapters/calendar/rrule-calendar.js';
import { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import { signingFrom } from '../../adapters/security/signing-from.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../adapters/redis/deployments/deployment-index.redis.js';
import { RedisEventLog } from '../../adapters/redis/deployments/event-log.redis.js';
import { RedisDeploymentStore } from '../../adapters/redis/deployments/deployment-store.redis.js';
import { RedisOutputReader } from '../../adapters/redis/output/output-reader.redis.js';
import { RedisFreezeStore } from '../../adapters/redis/services/freeze-store.redis.js';
import { RedisSessionStore } from '../../adapters/redis/services/session-store.redis.js';
import { RedisPromotionStore } from '../../adapters/redis/releases/promotion-store.redis.js';
import { RedisReleaseStore } from '../../adapters/redis/releases/release-store.redis.js';
import { RedisWorkerRoster } from '../../adapters/redis/workers/worker-roster.redis.js';
import type { CliSession, JobView } from '../../cli/session/cli-ports.js';
import type { ConnectionFlags } from '../../cli/session/connection-flags.js';
import type { ReleaseSession } from '../../cli/session/release-session.js';
import { approvalInForce } from '../../domain/fleet/approval-in-force.js';
import { releaseId } from '../../domain/release/release-id.js';
import { ReleaseProducer } from '../../producers/release-producer.js';
import type { QueueName } from '../../contracts/jobs/define-job.js';
import { partitionPrefix } from '../../contracts/values/namespace.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { FreezeProducer } from '../../producers/freeze-producer.js';
import { createProducer } from './compose-producer.js';
import { flagKeepersHere } from './flag-keepers-here.js';
import { openRecords } from './open-records.js';
import { subscribe } from './subscribe.js';

/**
 * @throws RedisUnavailable within seconds when Redis is away
 * @throws OtherRecordFormat when another version wrote the records
 */
export async function openSession(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CliSession> {
  const signing = await signingFrom(env);
  const { url, namespace, connection } = await openRecords(flags, env);
  const { client } = connection;
  const queues = new BullQueues(client, partitionPrefix(namespace), { failFast: true });
  const producer = createProducer({ connection: url, namespace, signing });
  const store = new RedisDeploymentStore(client, namespace);
  return {
    ...releaseSession(client, namespace, store),
    producer,
    store,
    index: new RedisDeploymentIndex(client, store, namespace),
    output: new RedisOutputReader(client, namespace),
    freezes: new FreezeProducer({
      freezes: new RedisFreezeStore(client, namespace),
      clock: systemClock,
      newFreezeId: () => `frz_${ulid().toLowerCase()}`,
    }),
    sessions: new RedisSessionStore(client, namespace),
    roster: new RedisWorkerRoster(client, namespace),
    calendar: rruleCalendar,
    flagKeepers: (environments, config) =>
      flagKeepersHere({ client, namespace, environments, config }),
    keptEvents: () => new RedisEventLog({ client, close: async () => {} }, namespace).kept(),
    events: (options) => subscribe({ ...options, connection: url, namespace }),
    job: (queue, id) => viewJob(queues, queue, id),
    async close() {
      await producer.close();
      await queues.close();
      await connection.close();
    },
  };
}

function releaseSession(
  client: RedisClient,
  namespace: string,
  store: RedisDeploymentStore,
): ReleaseSession {
  const releaseStore = new RedisReleaseStore(client, namespace);
  const promotionStore = new RedisPromotionStore(client, namespace);
  const roster = new RedisWorkerRoster(client, namespace);
  const releases = new ReleaseProducer({
    releases: releaseStore,
    promotions: promotionStore,
    store,
    configurations: {
      approval: async (ref) => approvalInForce(await roster.workers(), ref),
    },
    clock: systemClock,
    newReleaseId: () => releaseId(`rel_${ulid().toLowerCase()}`),
  });
  return { releases, releaseStore, promotionStore };
}

/** State first, then the rest: read the other way round, a job that fails in between has no reason yet. */
async function viewJob(queues: BullQueues, name: QueueName, id: string): Promise<JobView | null> {
  const queue = queues.queue(name);
  const state = await queue.getJobState(id);
  const job = await queue.getJob(id);
  if (!job) return null;
  const known = state === 'completed' || state === 'failed' || state === 'active';
  return {
    state: known ? state : 'pending',
    failedReason: job.failedReason ?? null,
    result: job.returnvalue,
  };
}
