import type { DeploymentEvent, EventLog, KeptEvents } from '../../../domain/ports/event-log.js';
import type { Connection } from '../connection/connection.js';
import { keysOf } from '../connection/keys.js';

/** The stream of all events. Takes a connection of its own: waiting for events blocks it. */
export class RedisEventLog implements EventLog {
  readonly #connection: Connection;
  readonly #key: string;

  constructor(connection: Connection, namespace: string) {
    this.#connection = connection;
    this.#key = keysOf(namespace).events;
  }

  async read(after: string, limit: number, waitMs: number): Promise<readonly DeploymentEvent[]> {
    const { client } = this.#connection;
    const reply =
      waitMs > 0
        ? await client.xread('COUNT', limit, 'BLOCK', waitMs, 'STREAMS', this.#key, after)
        : await client.xread('COUNT', limit, 'STREAMS', this.#key, after);
    return (reply?.[0]?.[1] ?? []).map(([id, fields]) => decodeStreamed(id, fields));
  }

  async kept(): Promise<KeptEvents | null> {
    const { client } = this.#connection;
    const [newest] = await client.xrevrange(this.#key, '+', '-', 'COUNT', 1);
    const [oldest] = await client.xrange(this.#key, '-', '+', 'COUNT', 1);
    return newest === undefined || oldest === undefined
      ? null
      : { oldest: oldest[0], newest: newest[0] };
  }

  /** Never `$`: a reader that waits on it loses what comes while it reconnects. */
  async position(of: 'now' | 'beginning'): Promise<string> {
    if (of === 'beginning') return '0-0';
    const [newest] = await this.#connection.client.xrevrange(this.#key, '+', '-', 'COUNT', 1);
    return newest?.[0] ?? '0-0';
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** An entry of the stream, as it is stored. */
export function decodeStreamed(id: string, flat: readonly string[]): DeploymentEvent {
  const fields: Record<string, unknown> = { id };
  for (let at = 0; at + 1 < flat.length; at += 2) fields[flat[at] ?? ''] = flat[at + 1];
  const { sequence, data } = fields;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  return {
    ...fields,
    sequence: Number(sequence),
    data: JSON.parse(String(data)),
  } as DeploymentEvent;
}
