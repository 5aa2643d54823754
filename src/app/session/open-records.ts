import { type Connection, failFastConnection } from '../../adapters/redis/connection/connection.js';
import { withTlsFiles } from '../../adapters/redis/connection/connection-url.js';
import { withRedis } from '../../adapters/redis/connection/fail-fast.js';
import { assertOwnFormat } from '../../adapters/redis/connection/record-format.js';
import type { ConnectionFlags } from '../../cli/session/connection-flags.js';
import { DEFAULT_NAMESPACE } from '../../contracts/values/namespace.js';
import { findUp } from '../process/running-up.js';
import { DEFAULT_STATE_DIR } from '../process/state-dir.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `--redis`, else REDIS_URL, else the Redis of the `signalbox up` that runs in this folder; with TLS,
 * the files that REDIS_CA_FILE, REDIS_CERT_FILE and REDIS_KEY_FILE name.
 */
export async function redisUrlFor(
  { redis }: ConnectionFlags,
  env: Env,
): Promise<string | undefined> {
  const url = redis ?? env['REDIS_URL'] ?? (await findUp(DEFAULT_STATE_DIR))?.redis;
  return url === undefined ? undefined : withTlsFiles(url, env);
}

export const namespaceFor = ({ namespace }: ConnectionFlags, env: Env): string =>
  namespace ?? env['SIGNALBOX_NAMESPACE'] ?? DEFAULT_NAMESPACE;

export interface OpenRecords {
  readonly url: string;
  readonly namespace: string;
  readonly connection: Connection;
}

/**
 * The records that one command is about.
 *
 * @throws RedisUnavailable within seconds when Redis is away
 * @throws OtherRecordFormat when another version wrote them
 */
export async function openRecords(flags: ConnectionFlags, env: Env): Promise<OpenRecords> {
  const url = await redisUrlFor(flags, env);
  if (url === undefined) {
    throw new Error(
      'no Redis: set REDIS_URL, pass --redis, or run `signalbox up` in this folder first',
    );
  }
  const namespace = namespaceFor(flags, env);
  const connection = failFastConnection(url);
  const { client } = connection;
  try {
    await withRedis(client, () => assertOwnFormat(client, namespace));
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { url, namespace, connection };
}
