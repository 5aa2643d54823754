import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl } from './connection-url.js';

/** Replies in the shape that every reader of ours expects. */
type Options = RedisOptions & { readonly replyMapping?: 'legacy' };

export type RedisClient = Redis | Cluster;

/** A URL (see connection-url.ts for the forms), ioredis options, or a client of the caller's own. */
export type ConnectionInput = string | RedisOptions | RedisClient;

export interface Connection {
  readonly client: RedisClient;
  /** Closes the client if we made it; one that was passed in stays the caller's. */
  close(): Promise<void>;
}

/** After a failover the old primary answers READONLY: connect anew and send the command again. */
const onReadonly = (error: Error): 2 | false => (error.message.startsWith('READONLY') ? 2 : false);

const PATIENT: Options = {
  maxRetriesPerRequest: null,
  retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 2_000),
  reconnectOnError: onReadonly,
};

/** For workers and readers: waits for Redis as long as it takes. */
export const patientConnection = (input: ConnectionInput): Connection => connect(input, PATIENT);

/** As above, on a connection of its own that sends the commands of one turn of the event loop together. */
export const batchingConnection = (input: ConnectionInput): Connection =>
  connect(input, { ...PATIENT, enableAutoPipelining: true });

/** As above, on a connection nobody else uses: a read that waits would hold everybody up. */
export function dedicatedConnection(input: ConnectionInput): Connection {
  if (!isClient(input)) return patientConnection(input);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a cluster duplicates without arguments as well
  const client = (input as Redis).duplicate({ maxRetriesPerRequest: null });
  client.on('error', () => {});
  return { client, close: () => closeClient(client) };
}

/** For publishers: says within seconds that Redis is away, and recovers when it is back. */
export const failFastConnection = (input: ConnectionInput): Connection =>
  connect(input, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    reconnectOnError: onReadonly,
  });

function connect(input: ConnectionInput, options: Options): Connection {
  if (isClient(input)) return { client: input, close: async () => {} };
  const client = open(input, options);
  // Without a listener a lost connection is an uncaught exception; commands report it to those who wait.
  client.on('error', () => {});
  return { client, close: () => closeClient(client) };
}

const isClient = (input: ConnectionInput): input is RedisClient =>
  typeof input === 'object' && 'duplicate' in input && typeof input.duplicate === 'function';

function open(input: string | RedisOptions, options: Options): RedisClient {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `replyMapping` is not ours to vary
  if (typeof input !== 'string') return new Redis({ ...(input as Options), ...options });
  const place = parseRedisUrl(input);
  if (place.kind === 'server') return new Redis(place.url, options);
  const { credentials, tls } = place;
  const access = { ...credentials, ...(tls ? { tls: {} } : {}) };
  if (place.kind === 'sentinel') {
    const { name, sentinels } = place;
    return new Redis({ ...options, ...access, name, sentinels: [...sentinels] });
  }
  const { enableOfflineQueue = true, maxRetriesPerRequest = null, commandTimeout } = options;
  const redisOptions = {
    ...access,
    maxRetriesPerRequest,
    ...(commandTimeout === undefined ? {} : { commandTimeout }),
  };
  return new Cluster([...place.nodes], { enableOfflineQueue, redisOptions });
}

async function closeClient(client: RedisClient): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => {});
  client.disconnect();
}
