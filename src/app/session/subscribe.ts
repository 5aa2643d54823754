import {
  type ConnectionInput,
  dedicatedConnection,
} from '../../adapters/redis/connection/connection.js';
import { RedisEventLog } from '../../adapters/redis/deployments/event-log.redis.js';
import { assertOwnFormat } from '../../adapters/redis/connection/record-format.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { type CloudEvent, cloudEvent } from '../../contracts/events/cloud-event.schema.js';
import { DEFAULT_NAMESPACE } from '../../contracts/values/namespace.js';
import type { DeploymentEvent } from '../../domain/ports/event-log.js';
import { type ReadOptions, readEvents } from '../../events/read-events.js';
import { unlessStopped } from '../../events/unless-stopped.js';

export interface SubscribeOptions extends ReadOptions {
  /** `redis://…`, ioredis options, or a client of your own, which is duplicated: waiting blocks a connection. */
  readonly connection: ConnectionInput;
  readonly namespace?: string;
}

/** `plain`: the event as it is. `cloudevents`: in the envelope of CloudEvents 1.0, with the plain event as its data. */
export type EventFormat = 'plain' | 'cloudevents';

type Events<Event> = AsyncGenerator<Event, void, undefined>;
type Formatted = SubscribeOptions & { readonly format?: EventFormat | undefined };

/**
 * Follows the deployments' events. Leaving the loop closes the connection.
 *
 * @throws EventsTrimmed when the position asked for is no longer kept, unless `onGap` says otherwise
 * @throws EventsRestarted when it is behind the newest event, as after a restore or a flush
 * @throws OtherRecordFormat when another version wrote the events
 * @throws TypeError when `format` is none
 */
export function subscribe(
  options: SubscribeOptions & { readonly format: 'cloudevents' },
): Events<CloudEvent>;
export function subscribe(
  options: SubscribeOptions & { readonly format?: 'plain' | undefined },
): Events<DeploymentEvent>;
export function subscribe(options: Formatted): Events<DeploymentEvent | CloudEvent>;
export async function* subscribe({
  format = 'plain',
  ...options
}: Formatted): Events<DeploymentEvent | CloudEvent> {
  const told = FORMATS[format];
  if (told === undefined) {
    throw new TypeError(`format: expected plain or cloudevents, got ${JSON.stringify(format)}`);
  }
  const { connection: input, namespace = DEFAULT_NAMESPACE, ...rest } = options;
  const connection = dedicatedConnection(input);
  const log = new RedisEventLog(connection, namespace);
  try {
    if (rest.signal?.aborted !== true) {
      await unlessStopped(assertOwnFormat(connection.client, namespace), rest.signal);
    }
    for await (const event of readEvents(log, systemClock, rest)) yield told(event, namespace);
  } finally {
    await log.close();
  }
}

type Telling = (event: DeploymentEvent, namespace: string) => DeploymentEvent | CloudEvent;

/** Also for callers whose compiler does not know which there are. */
const FORMATS: Readonly<Partial<Record<string, Telling>>> = {
  plain: (event) => event,
  cloudevents: cloudEvent,
};
