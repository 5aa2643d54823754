import {
  type ConnectionInput,
  dedicatedConnection,
} from '../../adapters/redis/connection/connection.js';
import { RedisEventLog } from '../../adapters/redis/deployments/event-log.redis.js';
import { assertOwnFormat } from '../../adapters/redis/connection/record-format.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { DEFAULT_NAMESPACE } from '../../contracts/values/namespace.js';
import type { DeploymentEvent } from '../../domain/ports/event-log.js';
import { type ReadOptions, readEvents } from '../../events/read-events.js';

export interface SubscribeOptions extends ReadOptions {
  /** `redis://…`, ioredis options, or a client of your own, which is duplicated: waiting blocks a connection. */
  readonly connection: ConnectionInput;
  readonly namespace?: string;
}

/**
 * Follows the deployments' events. Leaving the loop closes the connection.
 *
 * @throws EventsTrimmed when the position asked for is no longer kept, unless `onGap` says otherwise
 * @throws EventsRestarted when it is behind the newest event, as after a restore or a flush
 * @throws OtherRecordFormat when another version wrote the events
 */
export async function* subscribe(
  options: SubscribeOptions,
): AsyncGenerator<DeploymentEvent, void, undefined> {
  const { connection: input, namespace = DEFAULT_NAMESPACE, ...rest } = options;
  const connection = dedicatedConnection(input);
  const log = new RedisEventLog(connection, namespace);
  try {
    if (rest.signal?.aborted !== true) await assertOwnFormat(connection.client, namespace);
    yield* readEvents(log, systemClock, rest);
  } finally {
    await log.close();
  }
}
