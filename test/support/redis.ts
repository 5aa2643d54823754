import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { findRedisBinary } from '../../src/adapters/embedded-redis/embedded-redis.js';
import { freePort } from './free-port.js';
import { freeze } from './freeze.js';
import { launchRedis, type RedisProcess } from '../../src/adapters/embedded-redis/redis-process.js';

/** The run's Redis, and a namespace in it that no other test has. */
export const testRedis = (): { readonly url: string; readonly namespace: string } => ({
  url: inject('redisUrl'),
  namespace: `test-${randomUUID().slice(0, 13)}`,
});

/** A Redis for one test to stop, kill and start again: always the same port and the same data. */
export interface OwnRedis {
  readonly url: string;
  /** In an orderly way; all that was written is there after `start`. */
  stop(): Promise<void>;
  /** As in a crash; writes of the last two seconds may be lost, if an fsync held them up. */
  kill9(): Promise<void>;
  start(): Promise<void>;
  /** Connections stay open, and nobody answers. */
  pause(): Promise<void>;
  resume(): void;
  dispose(): Promise<void>;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const binary = await findRedisBinary();
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-own-redis-'));
  const port = await freePort();
  const launch = async (): Promise<RedisProcess> =>
    launchRedis({ binary, dataDir, port, persist: true });
  let server: RedisProcess | null = await launch();

  const running = (): RedisProcess => {
    if (server === null) throw new Error('this Redis is stopped');
    return server;
  };
  const stop = async (): Promise<void> => {
    await server?.stop();
    server = null;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    stop,
    kill9: async () => {
      const killed = running();
      process.kill(killed.pid, 'SIGKILL');
      await killed.ended;
      server = null;
    },
    start: async () => {
      if (server !== null) throw new Error('this Redis runs already');
      server = await launch();
    },
    pause: async () => freeze(running().pid),
    resume: () => process.kill(running().pid, 'SIGCONT'),
    dispose: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
