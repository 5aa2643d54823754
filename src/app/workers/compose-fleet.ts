import { hostname } from 'node:os';
import type { ConfigKnowledge } from '../../adapters/config/config-knowledge.js';
import type { RedisClient } from '../../adapters/redis/connection/connection.js';
import { RedisWorkerRoster } from '../../adapters/redis/workers/worker-roster.redis.js';
import { KNOWS_ALL } from '../../domain/fleet/knowledge.js';
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
  readonly clock: Clock;
  readonly log: Log;
}

/** Tells the others of its namespace that this worker is there. */
export async function joinFleet(options: FleetOptions): Promise<Fleet> {
  const { redis, namespace, worker, clock, log } = options;
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
    clock,
    log,
  });
  await fleet.join();
  return fleet;
}
