import { Redis } from 'ioredis';
import { onTestFinished, vi } from 'vitest';
import { freePort } from '../../src/adapters/embedded-redis/free-port.js';
import { createRedisNode, type RedisNode } from './redis-node.js';

/** One primary, two replicas and three sentinels on loopback. */
export interface SentinelGroup {
  readonly url: string;
  /** As the sentinels see it now. */
  primary(): Promise<RedisNode>;
  /**
   * Kills the primary as in a crash and waits until another one has taken over; the old one comes
   * back as its replica. Answers how long there was no primary that took writes, in milliseconds.
   */
  failOver(): Promise<number>;
  /** Waits until both replicas follow the primary. */
  whole(): Promise<void>;
}

export const MASTER = 'main';
const PATIENCE = { timeout: 30_000, interval: 20 };
const DATA = {
  ...{ appendonly: 'yes', appendfsync: 'everysec', 'repl-diskless-sync-delay': '0' },
  'repl-ping-replica-period': '1',
};

export async function startSentinelGroup(): Promise<SentinelGroup> {
  const ports: number[] = [];
  while (ports.length < 6) {
    // oxlint-disable-next-line no-await-in-loop -- each must be another one
    const port = await freePort();
    if (!ports.includes(port)) ports.push(port);
  }
  const [first = 0, ...others] = ports.slice(0, 3);
  const replicaof = `127.0.0.1 ${first}`;
  const nodes = await Promise.all([
    createRedisNode({ port: first, settings: DATA }),
    ...others.map((port) => createRedisNode({ port, settings: { ...DATA, replicaof } })),
  ]);
  const watch = [
    `sentinel monitor ${MASTER} 127.0.0.1 ${first} 2`,
    `sentinel down-after-milliseconds ${MASTER} 1000`,
    `sentinel failover-timeout ${MASTER} 2000`,
    `sentinel parallel-syncs ${MASTER} 2`,
  ];
  const sentinels = await Promise.all(
    ports.slice(3).map((port) => createRedisNode({ port, sentinel: watch })),
  );
  onTestFinished(async () => {
    await Promise.all([...sentinels, ...nodes].map((node) => node.dispose()));
  });
  await Promise.all(nodes.map((node) => node.start()));
  await Promise.all(sentinels.map((node) => node.start()));
  const group = new Group(nodes, sentinels);
  await group.whole();
  return group;
}

class Group implements SentinelGroup {
  readonly url: string;
  readonly #nodes: readonly RedisNode[];
  readonly #sentinels: readonly RedisNode[];

  constructor(nodes: readonly RedisNode[], sentinels: readonly RedisNode[]) {
    this.#nodes = nodes;
    this.#sentinels = sentinels;
    this.url = `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER}`;
  }

  async primary(): Promise<RedisNode> {
    const [sentinel] = this.#sentinels;
    const [, port] = await asked(sentinel?.port ?? 0, [
      'SENTINEL',
      'GET-MASTER-ADDR-BY-NAME',
      MASTER,
    ]);
    const node = this.#nodes.find((one) => one.port === Number(port));
    if (!node) throw new Error(`the sentinels name ${port}, which is none of ours`);
    return node;
  }

  async failOver(): Promise<number> {
    const old = await this.primary();
    const began = performance.now();
    await old.kill9();
    const next = await vi.waitFor(async () => {
      const now = await this.primary();
      if (now === old) throw new Error('the sentinels still name the old primary');
      await asked(now.port, ['SET', 'probe-of-the-test', 'x']);
      return now;
    }, PATIENCE);
    const took = performance.now() - began;
    await old.start();
    await asked(old.port, ['REPLICAOF', '127.0.0.1', String(next.port)]);
    await this.whole();
    return took;
  }

  async whole(): Promise<void> {
    await vi.waitFor(async () => {
      const { port } = await this.primary();
      const info = String(await asked(port, ['INFO', 'replication']));
      const online = info.match(/state=online/g)?.length ?? 0;
      if (online < 2) throw new Error(`${online} of 2 replicas follow the primary`);
      for (const sentinel of this.#sentinels) {
        // oxlint-disable-next-line no-await-in-loop -- all of them
        const known = await asked(sentinel.port, ['SENTINEL', 'MASTER', MASTER]);
        const fields = new Map<unknown, unknown>();
        for (let at = 0; at < known.length; at += 2) fields.set(known[at], known[at + 1]);
        const sees = `${fields.get('port')} ${fields.get('flags')} ${fields.get('num-slaves')} ${fields.get('num-other-sentinels')}`;
        if (sees !== `${port} master 2 2`) throw new Error(`a sentinel sees ${sees}`);
      }
    }, PATIENCE);
  }
}

/** One question on a connection of its own, which must not wait for a server that is gone. */
async function asked(
  port: number,
  [name = '', ...args]: readonly string[],
): Promise<readonly unknown[]> {
  const client = new Redis({
    ...{ host: '127.0.0.1', port, protocol: 2, enableReadyCheck: false, lazyConnect: true },
    ...{
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      connectTimeout: 1_000,
      commandTimeout: 1_000,
    },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.call(name, ...args)) as readonly unknown[];
  } finally {
    client.disconnect();
  }
}
