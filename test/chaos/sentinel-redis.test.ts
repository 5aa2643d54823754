import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { Chance } from './chance.js';
import type { RedisBackend } from './redis-backend.js';
import { sentinelRedis } from './sentinel-redis.js';

const PATIENCE = { timeout: 30_000, interval: 20 };

describe('a primary and a replica under sentinels', () => {
  let backend: RedisBackend;

  beforeAll(async () => {
    backend = await sentinelRedis('always', new Chance(1));
    return () => backend.dispose();
  });

  const clientOf = async () => {
    const way = await backend.line();
    const connection = patientConnection(way.url);
    onTestFinished(() => connection.close());
    return { redis: connection.client, line: way.line };
  };
  /** As a client sees it: which of the two it writes to. */
  const runId = async (redis: Awaited<ReturnType<typeof clientOf>>['redis']) =>
    /run_id:(\w+)/.exec(await redis.info('server'))?.[1];

  test.for(['killed', 'frozen', 'asked'] as const)(
    'have the replica take over when the primary is %s, and lose nothing that both had',
    { timeout: 60_000 },
    async (how) => {
      const { redis } = await clientOf();
      await redis.set('kept', how);
      await redis.wait(1, 5_000);
      const [promoted, before] = [backend.promotions(), await runId(redis)];

      await backend.failover?.(how);
      await backend.whole();

      await vi.waitFor(async () => expect(await runId(redis)).not.toBe(before), PATIENCE);
      expect(await redis.get('kept')).toBe(how);
      await redis.set('kept', 'and written');
      expect(await redis.wait(1, 5_000)).toBe(1);
      expect(backend.promotions()).toBe(promoted + 1);
    },
  );

  test('are whole again after a restart, whether the primary was back in time or not', async () => {
    const { redis } = await clientOf();
    await redis.set('kept', 'over a restart');
    await redis.wait(1, 5_000);

    await backend.end('kill9');
    await backend.start();
    await backend.whole();

    expect(await redis.get('kept')).toBe('over a restart');
  });

  test('are reached by lines, so that a client that is silenced hears nothing until it is over', async () => {
    const { redis, line } = await clientOf();
    await redis.set('heard', 'before');
    line.silence();
    let answered = false;

    const answer = redis.set('heard', 'after').then(() => (answered = true));
    await backend.own().ping();

    expect([answered, await backend.own().get('heard')]).toEqual([false, 'before']);
    line.speak();
    await answer;
    expect(await backend.own().get('heard')).toBe('after');
  });
});
