import type { FlagStoreSpec } from '../../contracts/config/flag-store.schema.js';
import { assertNever } from '../../domain/model/assert-never.js';
import type { EnvironmentName } from '../../domain/model/ids.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { FlagStore } from '../../domain/ports/flag-store.js';
import type { RedisClient } from '../redis/connection/connection.js';
import { RedisFlagStore } from './flag-store.redis.js';
import { systemClock } from '../system/system-clock.js';
import { FlagdFileStore } from './flagd-file.store.js';

export interface FlagSurroundings {
  readonly redis: RedisClient;
  readonly namespace: string;
  /** The environment of the service whose flags these are. */
  readonly environment: EnvironmentName;
  readonly clock?: Clock;
}

/** The flag store that a configuration asks for; `null` where flags are turned off. */
export function createFlagStore(
  spec: FlagStoreSpec = { kind: 'redis' },
  { redis, namespace, environment, clock = systemClock }: FlagSurroundings,
): FlagStore | null {
  switch (spec.kind) {
    case 'redis':
      return new RedisFlagStore(redis, { namespace, environment });
    case 'flagd_file':
      return new FlagdFileStore(spec.path, clock);
    case 'none':
      return null;
    default:
      return assertNever(spec);
  }
}
