import { onTestFinished, vi } from 'vitest';
import { freePort } from './free-port.js';
import { askRedis } from './ask-redis.js';
import { createRedisNode, type RedisNode } from './redis-node.js';

/** One primary, two replicas and three sentinels on loopback. */
export interface SentinelGroup {
  readonly url: string;
  /** As the sentinels see it now. */
  primary(): Promise<RedisNode>;
  /** Kills the primary as in a crash; when another one has taken over, it comes back as its replica. */
  killPrimary(): Promise<void>;
  /** Has another one take over from a primary that lives on, and takes writes until it is told. */
  replacePrimary(): Promise<void>;
  /** Waits until both replicas follow the primary, and the sentinels know. */
  whole(): Promise<void>;
}

export const MASTER = 'main';
const PATIENCE = { timeout: 30_000, interval: 20 };
const DATA = {
  ...{ appendonly: 'yes', appendfsync: 'everysec', 'repl-diskless-sync-delay': '0' },
  'repl-ping-replica-period': '1',
  // A primary that nobody follows any more must not go on taking writes.
  ...{ 'min-replicas-to-write': '1', 'min-replicas-max-lag': '2' },
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
    // They ask every second: with less to spare, a busy machine looks like a dead one.
    `sentinel down-after-milliseconds ${MASTER} 2500`,
    `sentinel failover-timeout ${MASTER} 5000`,
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
    const [, port] = await ask(sentinel?.port ?? 0, [
      'SENTINEL',
      'GET-MASTER-ADDR-BY-NAME',
      MASTER,
    ]);
    const node = this.#nodes.find((one) => one.port === Number(port));
    if (!node) throw new Error(`the sentinels name ${String(port)}, which is none of ours`);
    return node;
  }

  async killPrimary(): Promise<void> {
    const old = await this.primary();
    await old.kill9();
    const next = await this.#another(old);
    await old.start();
    await ask(old.port, ['REPLICAOF', '127.0.0.1', String(next.port)]);
    await this.whole();
  }

  async replacePrimary(): Promise<void> {
    const old = await this.primary();
    await ask(this.#sentinels[0]?.port ?? 0, ['SENTINEL', 'FAILOVER', MASTER]);
    await this.#another(old);
    await this.whole();
  }

  #another(old: RedisNode): Promise<RedisNode> {
    return vi.waitFor(async () => {
      const now = await this.primary();
      if (now === old) throw new Error('the sentinels still name the old primary');
      return now;
    }, PATIENCE);
  }

  async whole(): Promise<void> {
    await vi.waitFor(async () => {
      const { port } = await this.primary();
      const info = String(await ask(port, ['INFO', 'replication']));
      const online = info.match(/state=online/g)?.length ?? 0;
      if (online < 2) throw new Error(`${online} of 2 replicas follow the primary`);
      const wanted = [`${port} master`, ...this.#nodes.map((node) => `${node.port} slave`)]
        .filter((line) => line !== `${port} slave`)
        .toSorted()
        .join(', ');
      for (const sentinel of this.#sentinels) {
        // oxlint-disable-next-line no-await-in-loop -- all of them
        const seen = await seenBy(sentinel.port);
        if (seen !== wanted) throw new Error(`a sentinel sees ${seen}`);
      }
    }, PATIENCE);
  }
}

/** The servers as a sentinel sees them: one that it holds for down has more flags. */
async function seenBy(port: number): Promise<string> {
  const master = await ask(port, ['SENTINEL', 'MASTER', MASTER]);
  const replicas = (await ask(port, ['SENTINEL', 'REPLICAS', MASTER])) as unknown[][];
  return [master, ...replicas]
    .map((flat) => {
      const fields = new Map<string, string>();
      for (let at = 0; at < flat.length; at += 2)
        fields.set(String(flat[at]), String(flat[at + 1]));
      return `${fields.get('port')} ${fields.get('flags')}`;
    })
    .toSorted()
    .join(', ');
}

const ask = async (port: number, command: readonly string[]): Promise<readonly unknown[]> =>
  (await askRedis(port, command)) as readonly unknown[];
