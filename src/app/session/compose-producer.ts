import { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import {
  type ConnectionInput,
  failFastConnection,
} from '../../adapters/redis/connection/connection.js';
import { RedisDeploymentStore } from '../../adapters/redis/deployments/deployment-store.redis.js';
import { rruleCalendar } from '../../adapters/calendar/rrule-calendar.js';
import { RedisFreezeStore } from '../../adapters/redis/services/freeze-store.redis.js';
import { RedisWorkerRoster } from '../../adapters/redis/workers/worker-roster.redis.js';
import { approvalInForce } from '../../domain/fleet/approval-in-force.js';
import { withRedis } from '../../adapters/redis/connection/fail-fast.js';
import { assertOwnFormat } from '../../adapters/redis/connection/record-format.js';
import { jobSigner, type Signing } from '../../adapters/security/signature-keys.js';
import { DEFAULT_NAMESPACE, partitionPrefix } from '../../contracts/values/namespace.js';
import { DeploymentProducer } from '../../producers/deployment-producer.js';
import type { JobQueues } from '../../producers/job-queue.js';
import { workPublisher } from '../../producers/publish-work.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { monotonicFactory } from 'ulid';

export interface ProducerOptions {
  /** `redis://…`, ioredis options, or an ioredis client of your own, which stays yours to close. */
  readonly connection: ConnectionInput;
  /** `signalbox` unless the workers' configuration says otherwise. */
  readonly namespace?: string;
  /**
   * Signs every job: `{ name, privateKey }` (Ed25519, as PEM) or `{ name, secret }` (HMAC-SHA256), as the workers
   * know it, with their `audience` where that is not the namespace.
   */
  readonly signing?: Signing | undefined;
}

/**
 * Opens a producer. Its calls resolve once Redis has what they published, and
 * fail within seconds when Redis is away. Those that read or change a deployment
 * throw OtherRecordFormat where another version wrote the records.
 *
 * @throws TypeError when the connection or the namespace is malformed
 * @throws SecurityError when the signing key is none
 */
export function createProducer({
  connection: input,
  namespace = DEFAULT_NAMESPACE,
  signing,
}: ProducerOptions): DeploymentProducer {
  const prefix = partitionPrefix(namespace);
  const sign = signing && jobSigner(signing, namespace, () => systemClock.now());
  const connection = failFastConnection(input);
  const bull = new BullQueues(connection.client, prefix, { failFast: true });
  const guarded = <T>(work: () => Promise<T>): Promise<T> => withRedis(connection.client, work);
  // Jobs have a contract of their own and are taken by whatever version works here: publishing goes by no format.
  const onRecords = <T>(work: () => Promise<T>): Promise<T> =>
    guarded(async () => {
      await assertOwnFormat(connection.client, namespace);
      return work();
    });
  const queues: JobQueues = { add: (...job) => guarded(() => bull.add(...job)), sign };
  const store = new RedisDeploymentStore(connection.client, namespace);
  const roster = new RedisWorkerRoster(connection.client, namespace);
  const freezes = new RedisFreezeStore(connection.client, namespace);
  const ulid = monotonicFactory();
  return new DeploymentProducer({
    queues,
    store: {
      load: (id) => onRecords(() => store.load(id)),
      service: (ref) => onRecords(() => store.service(ref)),
      append: (transition) => onRecords(() => store.append(transition)),
    },
    clock: systemClock,
    freezes: { list: () => onRecords(() => freezes.list()) },
    calendar: rruleCalendar,
    configurations: {
      own: () => null,
      approval: async (ref) => approvalInForce(await guarded(() => roster.workers()), ref),
    },
    publish: workPublisher(queues),
    newJobId: () => `job_${ulid().toLowerCase()}`,
    async close() {
      await bull.close();
      await connection.close();
    },
  });
}
