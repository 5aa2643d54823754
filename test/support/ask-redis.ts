import { Redis } from 'ioredis';

/** One question to one server, on a connection of its own; a server that is gone must not keep it waiting. */
export async function askRedis(
  port: number,
  [name = '', ...args]: readonly string[],
): Promise<unknown> {
  const client = new Redis({
    ...{ host: '127.0.0.1', port, protocol: 2, enableReadyCheck: false, lazyConnect: true },
    ...{ retryStrategy: () => null, maxRetriesPerRequest: 0 },
    ...{ connectTimeout: 1_000, commandTimeout: 1_000 },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
