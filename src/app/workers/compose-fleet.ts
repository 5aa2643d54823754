import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { fileChange } from '../../adapters/system/file-change.js';
import type { ConfigKnowledge } from '../../adapters/config/config-knowledge.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { RedisWorkerRoster } from '../../adapters/redis/workers/worker-roster.redis.js';
import { RedisHandedJobs } from '../../adapters/redis/workers/handed-jobs.redis.js';
import { keysOf } from '../../adapters/redis/connection/keys.js';
import type { Config } from '../../contracts/config/config.schema.js';
import { environmentName, serviceName } from '../../domain/model/ids.js';
import type { CoordinatorPorts } from '../../workers/coordinating/coordinate.js';
import type { WorkerHostOptions } from '../../workers/worker-host.js';
import {
  approvalInForce,
  type ConfigurationsInForce,
} from '../../domain/fleet/approval-in-force.js';
import { fingerprintIn, KNOWS_ALL, promotionsIn } from '../../domain/fleet/knowledge.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { Log } from '../../domain/ports/log.js';
import { Fleet } from '../../workers/fleet/fleet.js';
import { packageVersion } from '../process/package-version.js';

export interface FleetOptions {
  readonly redis: RedisClient;
  readonly namespace: string;
  /** The worker's name. */
  readonly worker: string;
  /** What is configured; everything is known where nothing is said. */
  readonly described: ConfigKnowledge | undefined;
  /** The file that it is configured from, where there is one. */
  readonly configFile: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells the others of its namespace that this worker is there. */
export async function joinFleet(options: FleetOptions): Promise<Fleet> {
  const { redis, namespace, worker, configFile, clock, log } = options;
  const { described = { knowledge: KNOWS_ALL, outlines: new Map() } } = options;
  const fleet = new Fleet({
    roster: new RedisWorkerRoster(redis, namespace),
    own: {
      id: worker,
      host: hostname(),
      version: packageVersion(),
      startedAt: clock.now(),
      knowledge: described.knowledge,
    },
    outlines: described.outlines,
    isConfigChanged: configFile === undefined ? undefined : await fileChange(configFile),
    clock,
    log,
  });
  await fleet.join();
  return fleet;
}

/** What is configured now, as this worker hears it of the others. */
export const configurationsOf = (fleet: Fleet): ConfigurationsInForce => ({
  own: (ref) => fingerprintIn(fleet.own.knowledge, ref),
  approval: async (ref, fresh) =>
    approvalInForce(fresh ? await fleet.everybody() : fleet.alive, ref),
});

/** What handing jobs on needs, on real Redis. */
export function handingOn(
  redis: RedisClient,
  { namespace, unknownService }: Pick<Config, 'namespace' | 'unknownService'>,
  fleet: Fleet,
): Pick<WorkerHostOptions, 'fleet' | 'handed' | 'refOf' | 'graceMs' | 'newToken'> {
  const keys = keysOf(namespace);
  return {
    fleet,
    handed: new RedisHandedJobs(redis, namespace),
    graceMs: unknownService.grace,
    newToken: randomUUID,
    refOf: async (id) => {
      const key = await redis.hget(keys.deployment(id).record, 'svc');
      const [environment, service] = key?.split('/') ?? [];
      if (environment === undefined || service === undefined) return null;
      return { environment: environmentName(environment), service: serviceName(service) };
    },
  };
}

/** The leader may lead without knowing a service: then those who know it say which promotions it has. */
export const promotionsOf =
  (
    fleet: Fleet,
    configured: CoordinatorPorts['promotionsFrom'],
  ): CoordinatorPorts['promotionsFrom'] =>
  (ref) => {
    if (fleet.isMine({ ref, bringsDriver: false })) return configured(ref);
    const told = fleet.alive.map(({ knowledge }) => promotionsIn(knowledge, ref));
    return told.find(({ length }) => length > 0) ?? [];
  };
