import { onTestFinished, vi } from 'vitest';
import { isFree } from '../../src/adapters/embedded-redis/free-port.js';
import { freePort } from './free-port.js';
import { askRedis } from './ask-redis.js';
import { createRedisNode, type RedisNode } from './redis-node.js';

/** Three masters and three replicas on loopback. */
export interface RedisClusterGroup {
  readonly url: string;
  /** Kills the master that has the key, as in a crash; when its replica has taken over, it comes back. */
  killMasterOf(key: string): Promise<void>;
  /** Has the replica take over in an orderly way: CLUSTER FAILOVER. */
  replaceMasterOf(key: string): Promise<void>;
}

const PATIENCE = { timeout: 40_000, interval: 50 };
/** Redis gives an orderly one up that takes over five seconds, and says so to its log only. */
const FAILOVER_GIVEN_UP_MS = 6_000;
const SLOTS = 16_384;
/** Nodes talk to each other there. */
const BUS = 10_000;

export async function startRedisCluster(): Promise<RedisClusterGroup> {
  const ports = await freePorts(6);
  const nodes = await Promise.all(
    ports.map((port) =>
      createRedisNode({
        port,
        settings: {
          ...{ 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000' },
          ...{ 'cluster-port': String(port + BUS), 'repl-diskless-sync-delay': '0' },
          ...{ appendonly: 'yes', appendfsync: 'everysec' },
          // However long the machine stood still, a replica may take over.
          ...{ 'cluster-replica-validity-factor': '0' },
        },
      }),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.dispose()));
  });
  await Promise.all(nodes.map((node) => node.start()));
  const group = new Group(nodes);
  await group.form();
  return group;
}

/** One line of CLUSTER NODES. */
interface Member {
  readonly id: string;
  readonly port: number;
  readonly flags: string;
  readonly masterId: string;
  readonly linked: boolean;
  readonly slots: readonly (readonly [first: number, last: number])[];
}

class Group implements RedisClusterGroup {
  readonly url: string;
  readonly #nodes: readonly RedisNode[];

  constructor(nodes: readonly RedisNode[]) {
    this.#nodes = nodes;
    this.url = `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async form(): Promise<void> {
    const masters = this.#nodes.slice(0, 3);
    for (const [at, { port }] of this.#nodes.entries()) {
      // oxlint-disable no-await-in-loop -- one step after the other, as an operator would
      await askRedis(port, ['CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1)]);
      if (at < 3) {
        const [first, last] = [at, at + 1].map((n) => Math.floor((n * SLOTS) / 3));
        await askRedis(port, ['CLUSTER', 'ADDSLOTSRANGE', String(first), String((last ?? 0) - 1)]);
      }
      if (at > 0) {
        const seed = String(this.#nodes[0]?.port);
        await askRedis(port, ['CLUSTER', 'MEET', '127.0.0.1', seed]);
      }
      // oxlint-enable no-await-in-loop
    }
    const ids = await Promise.all(masters.map(({ port }) => askRedis(port, ['CLUSTER', 'MYID'])));
    await Promise.all(
      this.#nodes.slice(3).map(({ port }, at) =>
        // It must have heard of its master first.
        vi.waitFor(() => askRedis(port, ['CLUSTER', 'REPLICATE', String(ids[at])]), PATIENCE),
      ),
    );
    await this.#whole();
  }

  async killMasterOf(key: string): Promise<void> {
    const old = await this.#masterOf(key);
    await old.kill9();
    await this.#another(old, key);
    await old.start();
    await this.#whole();
  }

  async replaceMasterOf(key: string): Promise<void> {
    const old = await this.#masterOf(key);
    const members = await this.#members();
    const id = members.find(({ port }) => port === old.port)?.id;
    const replica = members.find(({ masterId }) => masterId === id);
    let askedAt = -Infinity;
    await this.#another(old, key, async () => {
      if (performance.now() - askedAt < FAILOVER_GIVEN_UP_MS) return;
      askedAt = performance.now();
      await askRedis(replica?.port ?? 0, ['CLUSTER', 'FAILOVER']);
    });
    await this.#whole();
  }

  #another(old: RedisNode, key: string, meanwhile = async () => {}): Promise<void> {
    return vi.waitFor(async () => {
      if ((await this.#masterOf(key)) !== old) return;
      await meanwhile();
      throw new Error('the old master still has the slot');
    }, PATIENCE);
  }

  async #masterOf(key: string): Promise<RedisNode> {
    const slot = Number(await askRedis(this.#alive().port, ['CLUSTER', 'KEYSLOT', key]));
    const owner = (await this.#members()).find(({ slots }) =>
      slots.some(([first, last]) => first <= slot && slot <= last),
    );
    const node = this.#nodes.find(({ port }) => port === owner?.port);
    if (!node) throw new Error(`nobody has slot ${slot}`);
    return node;
  }

  /** Every master has a replica that follows it, in the eyes of all. */
  #whole(): Promise<void> {
    return vi.waitFor(async () => {
      for (const { port } of this.#nodes) {
        // oxlint-disable-next-line no-await-in-loop -- all of them
        const members = await membersSeenBy(port);
        const good = members.filter(({ flags, linked }) => linked && !flags.includes('fail'));
        const masters = good.filter(({ slots }) => slots.length > 0).map(({ id }) => id);
        const followed = new Set(good.map(({ masterId }) => masterId));
        const all = good.length === 6 && masters.length === 3;
        if (!all || !masters.every((id) => followed.has(id))) {
          throw new Error(`${port} sees ${JSON.stringify(members)}`);
        }
        // oxlint-disable-next-line no-await-in-loop -- as above
        const info = String(await askRedis(port, ['INFO', 'replication']));
        if (!/state=online|master_link_status:up/.test(info)) throw new Error(info);
      }
    }, PATIENCE);
  }

  #members(): Promise<readonly Member[]> {
    return membersSeenBy(this.#alive().port);
  }

  #alive(): RedisNode {
    const node = this.#nodes.find(({ running }) => running);
    if (!node) throw new Error('no node of the cluster runs');
    return node;
  }
}

async function membersSeenBy(port: number): Promise<readonly Member[]> {
  const text = String(await askRedis(port, ['CLUSTER', 'NODES']));
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', address = '', flags = '', masterId = '', , , , link = '', ...slots] =
        line.split(' ');
      return {
        id,
        port: Number(/:(\d+)@/.exec(address)?.[1]),
        flags,
        masterId,
        linked: link === 'connected',
        slots: slots.map((range) => {
          const [first = '', last = first] = range.split('-');
          return [Number(first), Number(last)] as const;
        }),
      };
    });
}

/** Free for clients, and free for the nodes' own talk. */
async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    // oxlint-disable no-await-in-loop -- each must be another one
    const port = await freePort();
    if (!ports.includes(port) && (await isFree(port + BUS))) ports.push(port);
    // oxlint-enable no-await-in-loop
  }
  return ports;
}
