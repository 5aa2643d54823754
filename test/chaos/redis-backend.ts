import { mkdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { findRedisBinary } from '../../src/adapters/embedded-redis/embedded-redis.js';
import { freePort } from '../support/free-port.js';
import { launchRedis, type RedisProcess } from '../../src/adapters/embedded-redis/redis-process.js';
import { type Disturbable, FaultyLine } from './faulty-line.js';

/** A client's way to Redis. */
export interface ClientLine {
  readonly url: string;
  readonly line: Disturbable;
}

/** The primary is killed, stands still and wakes when another has taken over, or is told to go. */
export type FailoverKind = 'killed' | 'frozen' | 'asked';

/** The Redis of a run, and what may happen to it. */
export interface RedisBackend {
  readonly kind: string;
  /** What workers and publishers wait for, beside the primary; `null` where there is nothing else. */
  readonly durability: { readonly replicas: number; readonly timeout: number } | null;
  /** For the run itself and its checks, with nothing in between. */
  own(): Redis;
  /** A way in for one client. */
  line(): Promise<ClientLine>;
  /** Ended, as in a crash or in an orderly way. */
  end(how: 'kill9' | 'stop'): Promise<void>;
  start(): Promise<void>;
  /** Connections stay open, and nobody answers. */
  pause(): Promise<void>;
  resume(): void;
  /** Its memory is full: it refuses to write. Made empty again by `roomy`. */
  full(): Promise<unknown>;
  roomy(): Promise<unknown>;
  /** Another takes the primary's place, and the old one comes back; `null` where there is no other. */
  readonly failover: ((how?: FailoverKind) => Promise<void>) | null;
  /** How often another took its place, asked for or not. */
  promotions(): number;
  /** From the beginning of each failover that was asked for until writes were taken again, in milliseconds. */
  readonly outages: readonly number[];
  /** Resolves when nothing is missing: the next fault finds it whole. */
  whole(): Promise<void>;
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
  const own = ownClient(`redis://127.0.0.1:${port}`);
  return {
    kind: `one server, appendfsync ${fsync}`,
    durability: null,
    own: () => own,
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
    pause: async () => void process.kill(running().pid, 'SIGSTOP'),
    resume: () => void process.kill(running().pid, 'SIGCONT'),
    full: () => own.config('SET', 'maxmemory', '1mb'),
    roomy: () => own.config('SET', 'maxmemory', '0'),
    failover: null,
    promotions: () => 0,
    outages: [],
    whole: async () => {},
    async dispose() {
      own.disconnect();
      await Promise.all(lines.map((line) => line.close()));
      await server?.stop();
    },
  };
}

/** The run's own connection: waits for Redis as long as it takes. */
const ownClient = (url: string): Redis => {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  client.on('error', () => {});
  return client;
};
