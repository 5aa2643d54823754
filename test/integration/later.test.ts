import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../support/free-port.js';
import {
  failFastConnection,
  patientConnection,
} from '../../src/adapters/redis/connection/connection.js';
import { RedisUnavailable, withRedis } from '../../src/adapters/redis/connection/fail-fast.js';
import { Script } from '../../src/adapters/redis/connection/load-scripts.js';
import { FakeDriver, fine } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { createRedisNode } from '../support/redis-node.js';

async function startServer() {
  const port = await freePort();
  const node = await createRedisNode({ port, settings: { 'enable-protected-configs': 'yes' } });
  onTestFinished(() => node.dispose());
  await node.start();
  const url = `redis://127.0.0.1:${port}`;
  const operator = patientConnection(url);
  onTestFinished(() => operator.close());
  return { url, port, operator: operator.client };
}

type Operator = Awaited<ReturnType<typeof startServer>>['operator'];

/** What a Redis can be that takes no writes, and how it is made to be so and to be well again. */
const TROUBLES: readonly (readonly [
  reply: string,
  begin: (operator: Operator) => Promise<unknown>,
  end: (operator: Operator) => Promise<unknown>,
])[] = [
  [
    'NOREPLICAS',
    (operator) => operator.config('SET', 'min-replicas-to-write', '1'),
    (operator) => operator.config('SET', 'min-replicas-to-write', '0'),
  ],
  [
    'OOM',
    (operator) => operator.config('SET', 'maxmemory', '1mb'),
    (operator) => operator.config('SET', 'maxmemory', '0'),
  ],
  [
    'MISCONF',
    async (operator) => {
      await operator.config('SET', 'save', '1000 1');
      // No snapshot can be written there.
      await operator.config('SET', 'dir', '/proc');
      await operator.bgsave();
      await vi.waitFor(async () =>
        expect(await operator.info('persistence')).toContain('rdb_last_bgsave_status:err'),
      );
    },
    (operator) => operator.config('SET', 'save', ''),
  ],
  [
    'READONLY',
    (operator) => operator.call('REPLICAOF', '127.0.0.1', '1'),
    (operator) => operator.call('REPLICAOF', 'NO', 'ONE'),
  ],
];

describe.each(TROUBLES)(
  'a Redis that answers %s in the middle of a deployment',
  (reply, begin, end) => {
    test('only delays it; publishers are told to come again', async () => {
      const { url, operator } = await startServer();
      const driver = new FakeDriver();
      const { producer, until, index, connection } = await startPipeline({ driver, redisUrl: url });
      driver.onApply = async ({ target }) => {
        if (target.id === 'web-2') await begin(operator);
        return fine;
      };
      const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
      await vi.waitFor(() => expect(driver.ledger).toContain('end web-2 1'));

      const told = producer.deploy({ service: 'api', version: '2' });
      await expect(told).rejects.toThrow(RedisUnavailable);
      await expect(told).rejects.toThrow(reply === 'READONLY' ? /READONLY|away/ : reply);
      const revision = (await index.events(deploymentId)).length;
      await end(operator);

      expect((await until(deploymentId)).state.status).toBe('completed');
      expect((await index.events(deploymentId)).length).toBeGreaterThan(revision);
      expect(driver.calls).toHaveLength(3);
      expect(connection.client.status).toBe('ready');
    });
  },
);

describe('a script', () => {
  test('waits on a patient client and reports at once on another', async () => {
    const { url, operator } = await startServer();
    const script = new Script('take-lead.lua');
    const patient = patientConnection(url);
    onTestFinished(() => patient.close());
    const hasty = failFastConnection(url);
    onTestFinished(() => hasty.close());
    await operator.config('SET', 'min-replicas-to-write', '1');
    const lead = (client: typeof operator) => script.run(client, ['leader'], ['me', 60_000]);

    const waiting = lead(patient.client);
    await expect(withRedis(hasty.client, () => lead(hasty.client))).rejects.toThrow(
      /can't do it at the moment and did nothing \(NOREPLICAS/,
    );
    await operator.config('SET', 'min-replicas-to-write', '0');

    expect(await waiting).toBe(1);
  });
});
