import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpackedRoot } from '../../../src/adapters/embedded-redis/debian-packages.js';
import {
  findRedisBinary,
  NoRedisFound,
  type RedisWays,
  startEmbeddedRedis,
  systemWays,
} from '../../../src/adapters/embedded-redis/embedded-redis.js';
import { binaryOnPath } from '../../../src/adapters/embedded-redis/redis-binary.js';

const hasApt = existsSync('/usr/bin/apt-get');
const barred = async (): Promise<never> => {
  throw new Error('barred for the test');
};
const notInstalled: RedisWays = { ...systemWays, path: barred, container: barred };

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'signalbox-test-'));
});
afterEach(async () => {
  await rm(cacheDir, { recursive: true, force: true });
});

describe('the ways to a Redis', () => {
  test.skipIf(!hasApt)(
    'fetch it from the package archive the first time and find it in the cache then',
    async () => {
      const said: string[] = [];
      const options = { persist: false, cacheDir, log: (line: string) => said.push(line) };

      const first = await startEmbeddedRedis(options, notInstalled);
      await first.stop();
      expect(first.via).toBe('packages');
      expect(said[0]).toContain(cacheDir);

      const second = await startEmbeddedRedis(options, { ...notInstalled, packages: barred });
      await second.stop();
      expect(second.via).toBe('cache');
      expect(await readdir(cacheDir)).toHaveLength(1);
    },
  );

  test.skipIf(!hasApt)('lead to one cache when two fetch at the same moment', async () => {
    const noCacheYet = { ...notInstalled, cache: barred };
    const both = await Promise.all(
      [1, 2].map(async () => findRedisBinary({ cacheDir }, noCacheYet)),
    );

    expect(both[0]).toEqual(both[1]);
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  test.skipIf(!hasApt)('fetch again when what the cache holds does not run', async () => {
    const folder = join(await unpackedRoot(cacheDir), 'usr/bin');
    await mkdir(folder, { recursive: true });
    await brokenProgram(folder);

    const { via } = await findRedisBinary({ cacheDir }, notInstalled);
    expect(via).toBe('packages');
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  test('take an installed program of either name', async () => {
    const program = join(cacheDir, 'valkey-server');
    await writeFile(program, '#!/bin/sh\necho v=8.0.0\n');
    await chmod(program, 0o755);

    expect(await binaryOnPath(cacheDir)).toEqual({ path: program, via: 'path', libraryPath: null });
  });

  test('pass over an installed program that does not run', async () => {
    await brokenProgram(cacheDir);

    await expect(binaryOnPath(cacheDir)).rejects.toThrow(
      `${join(cacheDir, 'redis-server')} does not run: a library is missing`,
    );
  });

  test('are all three named, with what barred each, when none is open', async () => {
    const closed: RedisWays = {
      path: async () => binaryOnPath(cacheDir),
      cache: barred,
      packages: async () => {
        throw new Error('there is no apt-get here');
      },
      container: async () => {
        throw new Error('no engine answered');
      },
    };

    const failed = startEmbeddedRedis({ persist: false, cacheDir }, closed);

    await expect(failed).rejects.toThrow(NoRedisFound);
    await expect(failed).rejects.toThrow(
      [
        'No Redis could be started on this machine:',
        '  - an installed redis-server or valkey-server: no redis-server or valkey-server on PATH',
        "  - a download from the system's package archive: there is no apt-get here",
        '  - a container: no engine answered',
      ].join('\n'),
    );
  });

  test('fetch nothing when that is forbidden', async () => {
    const failed = findRedisBinary({ cacheDir, fetch: false }, notInstalled);

    await expect(failed).rejects.toThrow(
      `none is cached in ${cacheDir}, and fetching is switched off`,
    );
    expect(await readdir(cacheDir)).toEqual([]);
  });
});

async function brokenProgram(folder: string): Promise<void> {
  const program = join(folder, 'redis-server');
  await writeFile(program, '#!/bin/sh\necho a library is missing >&2\nexit 127\n');
  await chmod(program, 0o755);
}
