import { BullQueues } from '../adapters/redis/bull-queues.js';
import { type ConnectionInput, patientConnection } from '../adapters/redis/connection.js';
import { RedisDeploymentIndex } from '../adapters/redis/deployment-index.redis.js';
import { RedisDeploymentStore } from '../adapters/redis/deployment-store.redis.js';
import { createServer } from '../api/server.js';
import type { QueueName } from '../contracts/define-job.js';
import { partitionPrefix } from '../contracts/namespace.js';

export interface ServerOptions {
  readonly connection: ConnectionInput;
  readonly namespace: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly writableBoard: boolean;
}

const QUEUES = ['plan', 'execute', 'verify', 'rollback'] as const satisfies readonly QueueName[];

/** The HTTP surface on real Redis. */
export async function composeServer(
  options: ServerOptions,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const { namespace } = options;
  const connection = patientConnection(options.connection);
  const { client } = connection;
  const bull = new BullQueues(client, partitionPrefix(namespace));
  const store = new RedisDeploymentStore(client, namespace);
  const close = async (): Promise<void> => {
    await bull.close();
    await connection.close();
  };
  try {
    const server = await createServer(
      {
        store,
        index: new RedisDeploymentIndex(client, store, namespace),
        queues: QUEUES.map((name) => bull.queue(name)),
        ping: () => client.ping(),
      },
      options,
    );
    return {
      address: server.address,
      async close() {
        await server.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
