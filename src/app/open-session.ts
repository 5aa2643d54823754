import { ulid } from 'ulid';
import { rruleCalendar } from '../adapters/calendar/rrule-calendar.js';
import { BullQueues } from '../adapters/redis/bull-queues.js';
import { signingFrom } from '../adapters/security/signing-from.js';
import { failFastConnection, type RedisClient } from '../adapters/redis/connection.js';
import { withTlsFiles } from '../adapters/redis/connection-url.js';
import { RedisDeploymentIndex } from '../adapters/redis/deployment-index.redis.js';
import { RedisDeploymentStore } from '../adapters/redis/deployment-store.redis.js';
import { RedisFreezeStore } from '../adapters/redis/freeze-store.redis.js';
import { RedisPromotionStore } from '../adapters/redis/promotion-store.redis.js';
import { RedisReleaseStore } from '../adapters/redis/release-store.redis.js';
import { withRedis } from '../adapters/redis/fail-fast.js';
import type { CliSession, JobView } from '../cli/cli-ports.js';
import type { ConnectionFlags } from '../cli/connection-flags.js';
import type { ReleaseSession } from '../cli/release-session.js';
import { releaseId } from '../domain/release/release-id.js';
import { ReleaseProducer } from '../producers/release-producer.js';
import type { QueueName } from '../contracts/define-job.js';
import { DEFAULT_NAMESPACE, partitionPrefix } from '../contracts/namespace.js';
import { systemClock } from '../adapters/system/system-clock.js';
import { FreezeProducer } from '../producers/freeze-producer.js';
import { DEFAULT_STATE_DIR } from './state-dir.js';
import { createProducer } from './compose-producer.js';
import { findUp } from './running-up.js';
import { subscribe } from './subscribe.js';

/**
 * `--redis`, else REDIS_URL, else the Redis of the `signalbox up` that runs in this folder; with TLS,
 * the files that REDIS_CA_FILE, REDIS_CERT_FILE and REDIS_KEY_FILE name.
 */
export async function redisUrlFor(
  { redis }: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const url = redis ?? env['REDIS_URL'] ?? (await findUp(DEFAULT_STATE_DIR))?.redis;
  return url === undefined ? undefined : withTlsFiles(url, env);
}

export const namespaceFor = (
  { namespace }: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): string => namespace ?? env['SIGNALBOX_NAMESPACE'] ?? DEFAULT_NAMESPACE;

/** @throws RedisUnavailable within seconds when Redis is away */
export async function openSession(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CliSession> {
  const url = await redisUrlFor(flags, env);
  if (url === undefined) {
    throw new Error(
      'no Redis: set REDIS_URL, pass --redis, or run `signalbox up` in this folder first',
    );
  }
  const namespace = namespaceFor(flags, env);
  const signing = await signingFrom(env);
  const connection = failFastConnection(url);
  const { client } = connection;
  const queues = new BullQueues(client, partitionPrefix(namespace), { failFast: true });
  try {
    await withRedis(client, () => client.ping());
  } catch (error) {
    await connection.close();
    throw error;
  }
  const producer = createProducer({ connection: url, namespace, signing });
  const store = new RedisDeploymentStore(client, namespace);
  return {
    ...releaseSession(client, namespace, store),
    producer,
    store,
    index: new RedisDeploymentIndex(client, store, namespace),
    freezes: new FreezeProducer({
      freezes: new RedisFreezeStore(client, namespace),
      clock: systemClock,
      newFreezeId: () => `frz_${ulid().toLowerCase()}`,
    }),
    calendar: rruleCalendar,
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
  const releases = new ReleaseProducer({
    releases: releaseStore,
    promotions: promotionStore,
    store,
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
