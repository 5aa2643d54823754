import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type EmbeddedRedis,
  type EmbeddedRedisOptions,
  findRedisBinary,
  startEmbeddedRedis,
} from '../../../src/adapters/embedded-redis/embedded-redis.js';
import { freePort } from '../../../src/adapters/embedded-redis/free-port.js';
import { markOf } from '../../../src/adapters/embedded-redis/process-mark.js';

const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await findRedisBinary();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- what was made last goes first
    await cleanup();
  }
});

async function start(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis(options);
  cleanups.push(async () => redis.stop());
  return redis;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-'));
  cleanups.push(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

function client({ url }: { readonly url: string }): Redis {
  const redis = new Redis(url);
  redis.on('error', () => {});
  cleanups.push(async () => redis.disconnect());
  return redis;
}

describe('an embedded Redis', () => {
  test('answers PING on 127.0.0.1 and evicts nothing', async () => {
    const redis = await start({ persist: false });
    const connection = client(redis);

    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    expect(await connection.ping()).toBe('PONG');
    const server = await connection.info();
    expect(server).toContain('maxmemory_policy:noeviction');
    expect(server).toContain('configured_hz:100');
    expect(server).toContain('aof_enabled:0');
  });

  test('listens on the port that it is given, and says so when that one is taken', async () => {
    const port = await freePort();
    const redis = await start({ persist: false, port });
    expect(redis.port).toBe(port);
    await redis.stop();

    const stranger = createServer();
    await new Promise<void>((resolve) => {
      stranger.listen(port, '127.0.0.1', resolve);
    });
    cleanups.push(async () => new Promise((resolve) => stranger.close(resolve)));
    await expect(startEmbeddedRedis({ persist: false, port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken`,
    );
  });

  test('keeps its data over a restart when they are to persist', async () => {
    const dataDir = await temporaryFolder();
    const first = await start({ persist: true, dataDir });
    await client(first).set('deployment', 'kept');
    await first.stop();

    const second = await start({ persist: true, dataDir });
    expect(await client(second).get('deployment')).toBe('kept');
  });

  test('takes its temporary data away when it stops', async () => {
    const redis = await start({ persist: false });
    expect(existsSync(redis.dataDir ?? '')).toBe(true);

    await redis.stop();
    await redis.stop();

    expect(existsSync(redis.dataDir ?? '')).toBe(false);
    expect(markOf(redis.pid ?? 0)).toBeNull();
  });

  test('stops even while it is paused', async () => {
    const redis = await start({ persist: false });
    process.kill(redis.pid ?? 0, 'SIGSTOP');

    await redis.stop();

    expect(markOf(redis.pid ?? 0)).toBeNull();
  });

  test('runs beside others that start at the same moment', async () => {
    const all = await Promise.all([1, 2, 3].map(async () => start({ persist: false })));

    expect(new Set(all.map(({ port }) => port)).size).toBe(3);
    const answers = await Promise.all(all.map(async (redis) => client(redis).ping()));
    expect(answers).toEqual(['PONG', 'PONG', 'PONG']);
  });
});
