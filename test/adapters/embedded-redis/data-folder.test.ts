import { readdir, writeFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lockDataFolder } from '../../../src/adapters/embedded-redis/data-folder-lock.js';
import {
  type EmbeddedRedis,
  startEmbeddedRedis,
} from '../../../src/adapters/embedded-redis/embedded-redis.js';

let dataDir: string;
let running: EmbeddedRedis[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'signalbox-test-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map(async (redis) => redis.stop()));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis({ persist: true, dataDir });
  running.push(redis);
  return redis;
}

describe('the data folder of an embedded Redis', () => {
  test('refuses a second server while the first runs, naming the folder and the pid', async () => {
    const first = await start();

    await expect(start()).rejects.toThrow(
      `the data folder ${dataDir} is in use by the Redis server of pid ${first.pid}`,
    );
  });

  test('is free again after a stop', async () => {
    const first = await start();
    await first.stop();

    const second = await start();
    expect(second.pid).not.toBe(first.pid);
  });

  test('is free again after the server was killed', async () => {
    const first = await start();
    process.kill(first.pid ?? 0, 'SIGKILL');

    const second = await vi.waitFor(start, { timeout: 10_000 });
    expect(second.pid).not.toBe(first.pid);
  });

  test('is free when the lock in it was left by processes that are gone', async () => {
    await writeFile(join(dataDir, 'signalbox-redis.lock'), 'old\n4194304 1\n4194303 2\n');

    const redis = await start();
    expect(redis.dataDir).toBe(dataDir);
  });

  test('goes to exactly one of many who find a dead lock in it', async () => {
    await writeFile(join(dataDir, 'signalbox-redis.lock'), 'old\n4194304 1\n');

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, async () => lockDataFolder(dataDir)),
    );
    const winners = results.filter(({ status }) => status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await readdir(dataDir)).toEqual(['signalbox-redis.lock']);
  });
});
