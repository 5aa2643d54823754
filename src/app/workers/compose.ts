import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { rruleCalendar } from '../../adapters/calendar/rrule-calendar.js';
import type { ConfigKnowledge } from '../../adapters/config/config-knowledge.js';
import { configuredPromotions } from '../../adapters/config/configured-promotions.js';
import type { RuntimeSurroundings } from '../../adapters/config/configured-runtime.js';
import { createFlagStore } from '../../adapters/flags/flag-store-registry.js';
import { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import {
  type Connection,
  type ConnectionInput,
  batchingConnection,
  failFastConnection,
  patientConnection,
} from '../../adapters/redis/connection/connection.js';
import { RedisCatchUpStore } from '../../adapters/redis/services/catch-up-store.redis.js';
import { RedisDeploymentIndex } from '../../adapters/redis/deployments/deployment-index.redis.js';
import type { Durability } from '../../adapters/redis/connection/load-scripts.js';
import { RedisDeploymentStore } from '../../adapters/redis/deployments/deployment-store.redis.js';
import { answers } from '../../adapters/redis/connection/answers.js';
import { redisTrouble, standing } from '../../adapters/redis/connection/fail-fast.js';
import { RedisClock } from '../../adapters/redis/connection/redis-clock.js';
import { RedisOutputLog } from '../../adapters/redis/output/output-log.redis.js';
import { claimFormat } from '../../adapters/redis/connection/record-format.js';
import { assertFitRedis } from '../../adapters/redis/connection/redis-fitness.js';
import { randomIds } from '../../adapters/system/random-ids.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import type { Config } from '../../contracts/config/config.schema.js';
import { partitionPrefix } from '../../contracts/values/namespace.js';
import { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import type { OrchestratorPorts } from '../../domain/orchestrator/orchestrator-ports.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { CatchUpStore } from '../../domain/fleet/catch-up-store.js';
import type { ServiceRef } from '../../domain/model/ids.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { Log } from '../../domain/ports/log.js';
import type { ServiceCatalog } from '../../domain/manager/service-catalog.js';
import { composeCoordinator } from './compose-coordinator.js';
import { configurationsOf, handingOn, joinFleet, promotionsOf } from './compose-fleet.js';
import { composeGate } from './compose-gate.js';
import { composeLead } from './compose-lead.js';
import { workPublisher } from '../../producers/publish-work.js';
import { CatchUp } from '../../workers/coordinating/catch-up.js';
import type { RescuerPorts } from '../../workers/coordinating/rescuer.js';
import { startWorkerHost, type WorkerHost } from '../../workers/worker-host.js';

export interface WorkerOptions {
  readonly connection: ConnectionInput;
  readonly config: Config;
  /** Where that was read from: whether it has changed since is told. */
  readonly configFile?: string | undefined;
  readonly log: Log;
  /** What requests are planned with, and what carries plans out; made for the worker of this name. */
  readonly services: (
    surroundings: Pick<RuntimeSurroundings, 'workerId' | 'flagStore' | 'output'>,
  ) => Services;
  readonly allowEviction?: boolean;
  /** Stands between worker and store: how tests let a worker die between any two writes. */
  readonly wrapStore?: (store: DeploymentStore) => DeploymentStore;
}

export interface Services extends ServiceCatalog, Pick<OrchestratorPorts, 'runtimeOf'> {
  /** What the worker tells the others that it knows; everything where it is not said. */
  readonly described?: ConfigKnowledge;
  /** Whether its router goes on without balancers that are away; nobody's where it is not said. */
  readonly catchesUp?: ((ref: ServiceRef) => boolean) | undefined;
}

/** Closing waits for Redis, which may be what has gone. */
const CLOSE_MS = 2_000;

/** Starts the workers of one process on real Redis. */
export async function composeWorker(options: WorkerOptions): Promise<WorkerHost> {
  const { log, allowEviction = false } = options;
  const connection = patientConnection(options.connection);
  const storage = batchingConnection(options.connection);
  const output = failFastConnection(options.connection);
  try {
    await standing(connection.client, log);
    const warnings = await assertFitRedis(connection.client, allowEviction);
    for (const warning of warnings) log.warn({}, warning);
    await claimFormat(connection.client, options.config.namespace);
    return await startOn({ connection, storage, output }, options);
  } catch (error) {
    await Promise.all([connection.close(), storage.close(), output.close()]);
    throw redisTrouble(error, connection.client);
  }
}

interface Connections {
  readonly connection: Connection;
  readonly storage: Connection;
  /** For what driver calls write: no deployment waits behind it. */
  readonly output: Connection;
}

async function startOn(
  { connection, storage, output }: Connections,
  options: WorkerOptions,
): Promise<WorkerHost> {
  const { config, configFile, log, wrapStore = (made) => made } = options;
  const { namespace, worker: settings } = config;
  const worker = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const redis = storage.client;
  const outputLog = new RedisOutputLog({
    ...{ redis: output.client, namespace, worker, log },
    bounds: config.output,
  });
  const services = options.services({
    workerId: worker,
    output: outputLog,
    flagStore: (spec, environment) => createFlagStore(spec, { redis, namespace, environment }),
  });
  const prefix = partitionPrefix(namespace);
  const queues = new BullQueues(connection.client, prefix);
  const store = wrapStore(new RedisDeploymentStore(redis, namespace, durabilityOf(config)));
  const index = new RedisDeploymentIndex(storage.client, store, namespace);
  const clock = new RedisClock(connection.client, log);
  const unfollow = await clock.follow();
  const { described } = services;
  const fleet = await joinFleet({
    ...{ redis, namespace, worker, described, configFile, clock, log },
  });
  const gated = await composeGate(config, storage.client, store, queues, clock);
  const ports: OrchestratorPorts = {
    ...{ store, index, clock, log },
    calendar: rruleCalendar,
    runtimeOf: services.runtimeOf,
    publish: workPublisher(queues),
    worker,
    leaseMs: settings.lease,
    judgesAtOnce: true,
    configurations: configurationsOf(fleet),
  };
  const coordinator = composeCoordinator({
    ...{ client: storage.client, queues, namespace, store, index, log, clock },
    publishTo: gated.queues,
    promotionsFrom: promotionsOf(fleet, configuredPromotions(config)),
  });
  const coordinate = composeLead(config, storage.client, queues, coordinator);
  const host = await startWorkerHost({
    ...coreOf(ports, services),
    ports: { ...ports, jobState: jobStateFrom(queues, clock), coordinate },
    connection: connection.client,
    prefix,
    concurrency: settings.concurrency,
    shutdownGraceMs: settings.shutdownGrace,
    redisAnswers: () => answers(connection.client),
    gate: gated.gate,
    catchUp: catchUpFor(ports, services, new RedisCatchUpStore(redis, namespace)),
    ...handingOn(redis, config, fleet),
  });
  const connections = [connection, storage, output];
  return { stop: () => stopAll(host, outputLog, queues, connections).finally(unfollow) };
}

/** Nothing to do, and nobody to ask, where no router of the configuration goes on without a balancer. */
const catchUpFor = (
  ports: OrchestratorPorts,
  { catchesUp }: Services,
  catchUps: CatchUpStore,
): CatchUp =>
  new CatchUp({
    ...{ ...ports, catchUps },
    catchesUp: catchesUp ?? (() => false),
    services: async () => (catchesUp === undefined ? [] : ports.index.activeDeployments()),
  });

function coreOf(ports: OrchestratorPorts, catalog: ServiceCatalog) {
  const orchestrator = new DeploymentOrchestrator(ports);
  const manager = new DeploymentManager({ ...ports, orchestrator, catalog, ids: randomIds() });
  return { orchestrator, manager };
}

/** The rescuer looks at what is overdue: a job that should be awake by then is woken. */
const jobStateFrom =
  (queues: BullQueues, clock: Clock): RescuerPorts['jobState'] =>
  async (work) => {
    await queues.wakeLate(work, clock.now());
    return queues.stateOf(work);
  };

const durabilityOf = ({ durability }: Config): Durability | null =>
  durability === undefined
    ? null
    : { replicas: durability.replicas, timeoutMs: durability.timeout };

async function stopAll(
  host: WorkerHost,
  output: RedisOutputLog,
  queues: BullQueues,
  connections: readonly Connection[],
): Promise<void> {
  await host.stop();
  await output.close();
  const closed = new AbortController();
  await Promise.race([queues.close(), systemClock.sleep(CLOSE_MS, closed.signal)]);
  closed.abort();
  await Promise.all(connections.map((connection) => connection.close()));
}
