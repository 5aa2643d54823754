import { mkdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { findRedisBinary } from '../../src/adapters/embedded-redis/embedded-redis.js';
import { freePort } from '../../src/adapters/embedded-redis/free-port.js';
import { launchRedis, type RedisProcess } from '../../src/adapters/embedded-redis/redis-process.js';
import { FaultyLine } from './faulty-line.js';

/** A client's way to Redis. */
export interface ClientLine {
  readonly url: string;
  /** `null` where Redis itself tells clients where to go, as Sentinel and Cluster do. */
  readonly line: FaultyLine | null;
}

/** The Redis of a run, and what may happen to it. A kind that can fail over plugs in here. */
export interface RedisBackend {
  readonly kind: string;
  /** For the run itself and its checks, with nothing in between. */
  readonly url: string;
  /** A way in for one client. */
  line(): Promise<ClientLine>;
  /** Ended, as in a crash or in an orderly way. */
  end(how: 'kill9' | 'stop'): Promise<void>;
  start(): Promise<void>;
  /** Connections stay open, and nobody answers. */
  pause(): void;
  resume(): void;
  /** Its memory is full: it refuses to write. Made empty again by `roomy`. */
  full(): Promise<unknown>;
  roomy(): Promise<unknown>;
  /** The primary is gone for good, and another takes its place. */
  readonly failover?: () => Promise<void>;
  dispose(): Promise<void>;
}

/** One server, with its data in that folder; `always` has each write on disk before it is answered. */
export async function singleRedis(
  dataDir: string,
  fsync: 'always' | 'everysec',
): Promise<RedisBackend> {
  const binary = await findRedisBinary({ log: console.log });
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: RedisProcess | null = null;
  const lines: FaultyLine[] = [];
  const start = async (): Promise<void> => {
    server = await launchRedis({ binary, dataDir, port, persist: true, fsync });
  };
  const running = (): RedisProcess => {
    if (server === null) throw new Error('this Redis is stopped');
    return server;
  };
  await start();
  const admin = ownClient(url);
  return {
    kind: `one server, appendfsync ${fsync}`,
    url,
    async line() {
      const line = await FaultyLine.to(() => port);
      lines.push(line);
      return { url: `redis://127.0.0.1:${line.port}`, line };
    },
    async end(how) {
      const ended = running();
      if (how === 'kill9') process.kill(ended.pid, 'SIGKILL');
      else await ended.stop();
      await ended.ended;
      server = null;
    },
    start,
    pause: () => process.kill(running().pid, 'SIGSTOP'),
    resume: () => process.kill(running().pid, 'SIGCONT'),
    full: () => admin.config('SET', 'maxmemory', '1mb'),
    roomy: () => admin.config('SET', 'maxmemory', '0'),
    async dispose() {
      admin.disconnect();
      await Promise.all(lines.map((line) => line.close()));
      await server?.stop();
    },
  };
}

/** The run's own connection: waits for Redis as long as it takes. */
export const ownClient = (url: string): Redis => {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  client.on('error', () => {});
  return client;
};
