import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../support/free-port.js';
import { askRedis } from '../support/ask-redis.js';
import { createRedisNode, type RedisNode } from '../support/redis-node.js';

export const MASTER = 'chaos';
/** All replicas there are: a failover to one that lacks a write would repeat what followed from it. */
export const REPLICAS = 1;

const [SERVERS, SENTINELS] = [REPLICAS + 1, 3];
const WATCH = [
  `sentinel down-after-milliseconds ${MASTER} 1000`,
  `sentinel failover-timeout ${MASTER} 4000`,
];
/** Sentinels that look more often than each second need less time to be sure. */
const LOOK_OFTEN = ['info-period', 'ping-period', 'ask-period', 'publish-period'].flatMap(
  (period) => [period, '250'],
);
const PATIENCE_MS = 60_000;

/** A primary, its replica and the sentinels that watch them, each a process of its own. */
export class SentinelGroup {
  /** How often another server has taken the primary's place, for whatever reason. */
  promotions = 0;
  readonly servers: readonly RedisNode[];
  readonly sentinels: readonly RedisNode[];
  #witness: Redis | null = null;

  private constructor(servers: readonly RedisNode[], sentinels: readonly RedisNode[]) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  static async start(fsync: 'always' | 'everysec'): Promise<SentinelGroup> {
    const ports = await freePorts(SERVERS + SENTINELS);
    const [first = 0] = ports;
    const settings = {
      ...{ appendonly: 'yes', appendfsync: fsync, 'maxmemory-policy': 'noeviction' },
      ...{ 'repl-diskless-sync-delay': '0', 'repl-ping-replica-period': '1' },
      // A primary that nobody follows any more must not go on taking writes.
      ...{ 'min-replicas-to-write': String(REPLICAS), 'min-replicas-max-lag': '2' },
    };
    const sentinel = [`sentinel monitor ${MASTER} 127.0.0.1 ${first} 2`, ...WATCH];
    const group = new SentinelGroup(
      await Promise.all(ports.slice(0, SERVERS).map((port) => createRedisNode({ port, settings }))),
      await Promise.all(ports.slice(SERVERS).map((port) => createRedisNode({ port, sentinel }))),
    );
    await Promise.all(group.servers.map((node) => node.start()));
    for (const { port } of group.servers.slice(1)) await follow(port, first);
    await Promise.all(group.sentinels.map((node) => node.start()));
    for (const { port } of group.sentinels)
      await askRedis(port, ['SENTINEL', 'DEBUG', ...LOOK_OFTEN]);
    await group.#watch();
    await group.whole();
    return group;
  }

  get ports(): { readonly servers: readonly number[]; readonly sentinels: readonly number[] } {
    const portsOf = (nodes: readonly RedisNode[]) => nodes.map(({ port }) => port);
    return { servers: portsOf(this.servers), sentinels: portsOf(this.sentinels) };
  }

  /** As the sentinels see it now. */
  async primary(): Promise<RedisNode> {
    const named = await this.askSentinel('GET-MASTER-ADDR-BY-NAME', MASTER);
    const port = Number((named as readonly string[])[1]);
    const node = this.servers.find((one) => one.port === port);
    if (!node) throw new Error(`the sentinels name ${port}, which is none of ours`);
    return node;
  }

  askSentinel(...command: readonly string[]): Promise<unknown> {
    return askRedis(this.sentinels[0]?.port ?? 0, ['SENTINEL', ...command]);
  }

  /** Waits until the sentinels name another one than this. */
  async replaced(old: RedisNode): Promise<void> {
    await until('another primary', async () => (await this.primary()) !== old);
  }

  /** Waits until the replica has all that the primary has, and every sentinel knows who is who. */
  async whole(): Promise<void> {
    await until('a group that is whole', async () => {
      const { port } = await this.primary();
      const info = String(await askRedis(port, ['INFO', 'replication']));
      if ((info.match(/state=online/g)?.length ?? 0) < REPLICAS) return false;
      const wanted = this.servers
        .map((node) => `${node.port} ${node.port === port ? 'master' : 'slave'}`)
        .toSorted()
        .join();
      const seen = await Promise.all(this.sentinels.map((node) => seenBy(node.port)));
      return seen.every((one) => one === wanted);
    });
  }

  async dispose(): Promise<void> {
    this.#witness?.disconnect();
    await Promise.all([...this.sentinels, ...this.servers].map((node) => node.dispose()));
  }

  async #watch(): Promise<void> {
    const port = this.sentinels[0]?.port ?? 0;
    this.#witness = new Redis({ port, host: '127.0.0.1', enableReadyCheck: false });
    this.#witness.on('error', () => {});
    this.#witness.on('message', () => (this.promotions += 1));
    await this.#witness.subscribe('+switch-master');
  }
}

export const follow = (port: number, primary: number): Promise<unknown> =>
  askRedis(port, ['REPLICAOF', '127.0.0.1', String(primary)]);

/** Asks again until it is so; a server that does not answer is asked again too. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let why: unknown = 'it is not so';
  while (performance.now() < end) {
    const so = await isSo().catch((error: unknown) => {
      why = error;
      return false;
    });
    if (so) return;
    await delay(50);
  }
  throw new Error(`waited ${PATIENCE_MS} ms for ${what}: ${String(why)}`);
}

/** The servers as a sentinel sees them: one that it holds for down has more flags. */
async function seenBy(port: number): Promise<string> {
  const master = (await askRedis(port, ['SENTINEL', 'MASTER', MASTER])) as readonly string[];
  const replicas = await askRedis(port, ['SENTINEL', 'REPLICAS', MASTER]);
  return [master, ...(replicas as readonly (readonly string[])[])]
    .map((flat) => {
      const field = (name: string) => flat[flat.indexOf(name) + 1];
      return `${field('port')} ${field('flags')}`;
    })
    .toSorted()
    .join();
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
