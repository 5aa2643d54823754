import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { askRedis } from '../support/ask-redis.js';
import type { RedisNode } from '../support/redis-node.js';
import type { Chance } from './chance.js';
import type { FailoverKind, RedisBackend } from './redis-backend.js';
import { follow, MASTER, REPLICAS, SentinelGroup, until } from './sentinel-group.js';
import { SentinelWay } from './sentinel-way.js';

/** For how long one look waits for the replica. */
const LOOK_MS = 500;
/** Twice the sentinels' failover timeout: what has not come about by then was given up. */
const GIVEN_UP_MS = 10_000;
const FAILOVERS: Readonly<Record<FailoverKind, number>> = { killed: 5, frozen: 2, asked: 3 };

/**
 * A primary and a replica that sentinels watch. What is acknowledged is on both,
 * so that nothing of it is lost whoever goes; nothing is written while one is away.
 */
export async function sentinelRedis(
  fsync: 'always' | 'everysec',
  chance: Chance,
): Promise<RedisBackend> {
  const group = await SentinelGroup.start(fsync);
  const { servers, sentinels } = group.ports;
  const ways: SentinelWay[] = [];
  const own = patientConnection(urlOf(sentinels)).client;
  if (!(own instanceof Redis)) throw new TypeError('sentinels lead to one server');
  const failovers = failoversOf(group);
  const outages: number[] = [];
  let ended: RedisNode | null = null;
  let paused: RedisNode | null = null;
  const onAll = (...command: readonly string[]) =>
    Promise.all(servers.map((port) => askRedis(port, command)));
  return {
    kind: `a primary and a replica under 3 sentinels, appendfsync ${fsync}, each write on both`,
    durability: { replicas: REPLICAS, timeout: LOOK_MS },
    own: () => own,
    outages,
    promotions: () => group.promotions,
    async line() {
      const way = await SentinelWay.to(sentinels, servers);
      ways.push(way);
      return { url: urlOf(way.sentinels), line: way };
    },
    async end(how) {
      ended = await group.primary();
      if (how === 'stop') await askRedis(ended.port, ['SHUTDOWN']).catch(() => {});
      await ended.kill9();
    },
    start: async () => ended?.start(),
    async pause() {
      paused = await group.primary();
      paused.pause();
    },
    resume: () => paused?.resume(),
    full: async () => askRedis((await group.primary()).port, ['CONFIG', 'SET', 'maxmemory', '1mb']),
    roomy: () => onAll('CONFIG', 'SET', 'maxmemory', '0'),
    async failover(how = chance.weighed(FAILOVERS)) {
      const begun = performance.now();
      await failovers[how]();
      await until('a primary that takes writes', async () => {
        const { port } = await group.primary();
        return (await askRedis(port, ['SET', 'chaos-was-here', '1'])) === 'OK';
      });
      outages.push(Math.round(performance.now() - begun));
    },
    whole: () => group.whole(),
    async dispose() {
      own.disconnect();
      await Promise.all(ways.map((way) => way.close()));
      await group.dispose();
    },
  };
}

const urlOf = (sentinels: readonly number[]): string =>
  `redis-sentinel://${sentinels.map((port) => `127.0.0.1:${port}`).join(',')}/${MASTER}`;

/** The ways for another to take the primary's place; each ends when the old one is back. */
const failoversOf = (
  group: SentinelGroup,
): Readonly<Record<FailoverKind, () => Promise<void>>> => ({
  async killed() {
    const old = await group.primary();
    await old.kill9();
    await group.replaced(old);
    await old.start();
    await follow(old.port, (await group.primary()).port);
  },
  /** It wakes as a primary that knows nothing of the other, with clients that know nothing either. */
  async frozen() {
    const old = await group.primary();
    old.pause();
    await group.replaced(old).finally(() => old.resume());
    await delay(100);
  },
  /** The old one lives on, and takes writes until it is told. One that was given up is asked for again. */
  async asked() {
    const old = await group.primary();
    let askedAt = -Infinity;
    await until('another primary, as was asked for', async () => {
      if ((await group.primary()) !== old) return true;
      if (performance.now() - askedAt > GIVEN_UP_MS) {
        askedAt = performance.now();
        await group.askSentinel('FAILOVER', MASTER);
      }
      return false;
    });
  },
});
