import { BullQueues } from '../../adapters/redis/connection/bull-queues.js';
import {
  type ConnectionInput,
  patientConnection,
} from '../../adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../adapters/redis/deployments/deployment-store.redis.js';
import { RedisSessionStore } from '../../adapters/redis/services/session-store.redis.js';
import { RedisOutputReader } from '../../adapters/redis/output/output-reader.redis.js';
import { redisTrouble, standing } from '../../adapters/redis/connection/fail-fast.js';
import { assertOwnFormat } from '../../adapters/redis/connection/record-format.js';
import { configuredCredentials } from '../../adapters/security/configured-credentials.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { createServer } from '../../api/server.js';
import { UsageError } from '../../cli/session/cli-run.js';
import { type SecurityConfig, SecuritySchema } from '../../contracts/config/security.schema.js';
import { type ServerConfig, ServerSchema } from '../../contracts/config/server.schema.js';
import type { QueueName } from '../../contracts/jobs/define-job.js';
import { partitionPrefix } from '../../contracts/values/namespace.js';
import { type Log, SILENT } from '../../domain/ports/log.js';
import { anonymousAccess, anonymousIdentity } from '../../domain/security/anonymous.js';
import type { Identity } from '../../domain/security/roles.js';
import { exposureOf } from '../../api/auth/exposure.js';

export interface ServerOptions {
  readonly connection: ConnectionInput;
  readonly namespace: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly writableBoard: boolean;
  /** Everybody's who may reach it, on loopback, where not given. */
  readonly security?: SecurityConfig;
  /** The defaults where not given. */
  readonly server?: ServerConfig;
  /** Lets everybody look, also where others reach it and there are no credentials. */
  readonly insecureAnonymous?: boolean | undefined;
  readonly log?: Log;
}

export interface ComposedServer {
  /** Where it listens. */
  readonly address: string;
  /** What people open: `server.publicUrl`, else where it listens. */
  readonly url: string;
  /** What those may do who bring no credentials, in a sentence. */
  readonly access: string;
  close(): Promise<void>;
}

const QUEUES = ['plan', 'execute', 'verify', 'rollback'] as const satisfies readonly QueueName[];

/**
 * The HTTP surface on real Redis.
 *
 * @throws UsageError where others could reach it and nobody would be asked who they are
 * @throws SecurityError where a key is missing or none
 * @throws OtherRecordFormat when another version wrote the records
 */
export async function composeServer(options: ServerOptions): Promise<ComposedServer> {
  const { namespace } = options;
  const security = options.security ?? SecuritySchema.parse({});
  const serverConfig = options.server ?? ServerSchema.parse({});
  const { anonymous, sentence } = anonymousFor(options, security, serverConfig);
  if (serverConfig.publicUrl !== undefined && serverConfig.trustedProxies.length === 0) {
    options.log?.warn(
      { publicUrl: serverConfig.publicUrl },
      'server.trustedProxies names no proxy: if one is in front, all its clients count as one',
    );
  }
  const connection = patientConnection(options.connection);
  const { client } = connection;
  const bull = new BullQueues(client, partitionPrefix(namespace));
  const store = new RedisDeploymentStore(client, namespace);
  const close = async (): Promise<void> => {
    await bull.close();
    await connection.close();
  };
  try {
    await standing(client, options.log ?? SILENT);
    await assertOwnFormat(client, namespace);
    const sessions = new RedisSessionStore(client, namespace);
    const ports = { clock: systemClock, sessions };
    const credentials = await configuredCredentials(security, process.env, ports);
    const server = await createServer(
      {
        store,
        index: new RedisDeploymentIndex(client, store, namespace),
        output: new RedisOutputReader(client, namespace),
        queues: QUEUES.map((name) => bull.queue(name)),
        ping: () => client.ping(),
      },
      { ...options, access: { anonymous, credentials }, server: serverConfig },
    );
    return {
      address: server.address,
      url: serverConfig.publicUrl ?? server.address,
      access: sentence,
      async close() {
        await server.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw redisTrouble(error, client);
  }
}

function anonymousFor(
  options: ServerOptions,
  security: SecurityConfig,
  server: ServerConfig,
): { readonly anonymous: Identity | null; readonly sentence: string } {
  const { host, writableBoard, insecureAnonymous = false } = options;
  const exposure = exposureOf(security, server, { host, writableBoard, insecureAnonymous });
  const anonymous = anonymousIdentity(exposure);
  if (!anonymous.ok) throw new UsageError(anonymous.error);
  return { anonymous: anonymous.value, sentence: anonymousAccess(anonymous.value, exposure) };
}
