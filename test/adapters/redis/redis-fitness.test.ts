import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../support/free-port.js';
import {
  patientConnection,
  type RedisClient,
} from '../../../src/adapters/redis/connection/connection.js';
import {
  assertFitRedis,
  UnfitRedis,
} from '../../../src/adapters/redis/connection/redis-fitness.js';
import { createRedisNode } from '../../support/redis-node.js';

async function startServer(settings: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const node = await createRedisNode({
    port,
    settings: { 'repl-diskless-sync-delay': '0', ...settings },
  });
  onTestFinished(() => node.dispose());
  await node.start();
  const connection = patientConnection(`redis://127.0.0.1:${port}`);
  onTestFinished(() => connection.close());
  return { port, client: connection.client };
}

const infoOf = (client: RedisClient): Promise<string> => client.info('replication');

describe('a Redis', () => {
  test('that may throw keys away is refused with what to change, unless the operator insists', async () => {
    const { client } = await startServer({ appendonly: 'yes' });
    expect(await assertFitRedis(client, false)).toEqual([]);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');

    const refused = assertFitRedis(client, false);

    await expect(refused).rejects.toThrow(UnfitRedis);
    await expect(refused).rejects.toThrow('set it to noeviction');
    expect(await assertFitRedis(client, true)).toEqual([]);
  });

  test('that is a replica is refused, and its primary named', async () => {
    const primary = await startServer();
    const replica = await startServer({ replicaof: `127.0.0.1 ${primary.port}` });

    const refused = assertFitRedis(replica.client, false);

    await expect(refused).rejects.toThrow(UnfitRedis);
    await expect(refused).rejects.toThrow(`its primary is 127.0.0.1:${primary.port}`);
  });

  test('that can lose writes is used with a warning for each way to', async () => {
    const primary = await startServer();
    await startServer({ replicaof: `127.0.0.1 ${primary.port}` });
    await vi.waitFor(async () => expect(await infoOf(primary.client)).toContain('state=online'), {
      timeout: 10_000,
    });

    expect(await assertFitRedis(primary.client, false)).toEqual([
      expect.stringContaining('set appendonly yes'),
      expect.stringContaining('set min-replicas-to-write 1'),
    ]);
    await primary.client.config('SET', 'min-replicas-to-write', '1');
    expect(await assertFitRedis(primary.client, false)).toHaveLength(1);
  });
});
