import type { ConnectionOptions } from 'node:tls';
import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import {
  type Credentials,
  parseRedisUrl,
  type RedisPlace,
  type TlsFiles,
} from './connection-url.js';
import { HealingCluster } from './healing-cluster.js';
import { systemClock } from '../../system/system-clock.js';
import { StrictRedis } from '../client/strict-redis.js';
import { tlsConnector } from '../client/tls-connectors.js';
import { readFileSync } from 'node:fs';
import { MalformedRedisUrl } from '../../../contracts/problems/redis-problem.js';

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

/** A primary whose replicas have left it may have been replaced: the sentinels know. */
const onDeposed = (error: Error): 2 | false =>
  error.message.startsWith('NOREPLICAS') ? 2 : onReadonly(error);

/** A server that says nothing for this long is given up for another connection; no wait of ours or BullMQ's is longer. */
const SILENT_MS = 15_000;

const PATIENT: Options = {
  maxRetriesPerRequest: null,
  socketTimeout: SILENT_MS,
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

const ANSWER_MS = 5_000;

/** For publishers: says within seconds that Redis is away, and recovers when it is back. */
export const failFastConnection = (input: ConnectionInput): Connection =>
  connect(input, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
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
  if (typeof input !== 'string') {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `replyMapping` is not ours to vary
    return new StrictRedis({ ...tlsConnector(input), ...(input as Options), ...options });
  }
  const place = parseRedisUrl(input);
  const tls = place.tls === null ? {} : { tls: readTls(place.tls) };
  if (place.kind === 'server') {
    return new StrictRedis(place.url, { ...options, ...tls, ...tlsConnector(tls) });
  }
  const access = { ...place.credentials, ...tls };
  return place.kind === 'sentinel'
    ? openSentinel(place, { ...options, ...access }, tls)
    : openCluster(place, options, access);
}

function openSentinel(
  { name, sentinels, sentinelCredentials }: Extract<RedisPlace, { kind: 'sentinel' }>,
  options: Options,
  { tls }: Pick<Options, 'tls'>,
): Redis {
  const { username, password } = sentinelCredentials;
  const client = new StrictRedis({
    ...options,
    ...tlsConnector({ ...options, sentinels: [...sentinels] }),
    name,
    sentinels: [...sentinels],
    // Not ioredis' failoverDetector: told while it connects, it ends the client for good.
    sentinelCommandTimeout: 2_000,
    reconnectOnError: onDeposed,
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
  });
  // Each of the commands that a deposed primary refuses together listens for the end of that connection.
  client.on('connect', () => client.stream.setMaxListeners(0));
  return client;
}

/**
 * How often a command looks for the new master of its slot: a minute. Only where
 * BullMQ has no part: its workers wait at the master, and one that looked so long
 * was seen not to take jobs again after a failover.
 */
const LOOKS = 600;

function openCluster(
  { nodes }: Extract<RedisPlace, { kind: 'cluster' }>,
  options: Options,
  access: Credentials & { readonly tls?: ConnectionOptions },
): Cluster {
  const {
    enableOfflineQueue = true,
    maxRetriesPerRequest = null,
    commandTimeout,
    socketTimeout,
  } = options;
  const patience: ClusterOptions = {
    enableOfflineQueue,
    slotsRefreshTimeout: 3_000,
    ...(options.enableAutoPipelining === true ? { maxRedirections: LOOKS } : {}),
    clusterRetryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 2_000),
  };
  const redisOptions = {
    ...access,
    ...tlsConnector(access),
    maxRetriesPerRequest,
    ...(commandTimeout === undefined ? {} : { commandTimeout }),
    ...(socketTimeout === undefined ? {} : { socketTimeout }),
  };
  return new HealingCluster([...nodes], { ...patience, redisOptions });
}

/** So long the server has to say goodbye: it may hang, or be busy with a read that waits. */
const GOODBYE_MS = 500;

async function closeClient(client: RedisClient): Promise<void> {
  if (client.status === 'ready') {
    const over = new AbortController();
    const late = systemClock.sleep(GOODBYE_MS, over.signal);
    await Promise.race([client.quit().catch(() => {}), late]);
    over.abort();
  }
  client.disconnect();
}

/**
 * What to connect with. The server's certificate is verified, always: whoever
 * must not has to make the client himself and pass that.
 *
 * @throws TypeError naming the file that can't be read
 */
function readTls({ caFile, certFile, keyFile }: TlsFiles): ConnectionOptions {
  return {
    ...(caFile === undefined ? {} : { ca: read('caFile', caFile) }),
    ...(certFile === undefined ? {} : { cert: read('certFile', certFile) }),
    ...(keyFile === undefined ? {} : { key: read('keyFile', keyFile) }),
    rejectUnauthorized: true,
  };
}

function read(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MalformedRedisUrl(`${name} of the Redis connection can't be read: ${why}`, {
      cause: error,
    });
  }
}
