import { Cluster } from 'ioredis';
import type { RedisClient } from './connection.js';

/** Commands that change nothing: all that an audit sends. */
export type Command = readonly [
  name:
    | 'hget'
    | 'hgetall'
    | 'hmget'
    | 'lindex'
    | 'llen'
    | 'lrange'
    | 'sismember'
    | 'smembers'
    | 'xrange'
    | 'zrange'
    | 'zrevrank'
    | 'zscore',
  ...args: (string | number)[],
];

/** Their replies, in order; others may write in between. */
export const pipelined = (
  redis: RedisClient,
  commands: readonly Command[],
): Promise<readonly unknown[]> => replies(commands, (all) => redis.pipeline(all).exec());

/** Their replies, all of one moment. */
export const transaction = (
  redis: RedisClient,
  commands: readonly Command[],
): Promise<readonly unknown[]> => replies(commands, (all) => redis.multi(all).exec());

async function replies(
  commands: readonly Command[],
  send: (commands: (string | number)[][]) => Promise<[Error | null, unknown][] | null>,
): Promise<readonly unknown[]> {
  if (commands.length === 0) return [];
  const answers = await send(commands.map((command) => [...command]));
  return (answers ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

/** The keys that match, from every server that has some, in pages; one may come twice. */
export async function* scanned(
  redis: RedisClient,
  pattern: string,
): AsyncGenerator<readonly string[]> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  for (const server of servers) {
    for (let cursor = '0'; ;) {
      const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
      if (keys.length > 0) yield keys;
      if (next === '0') break;
      cursor = next;
    }
  }
}

/** A list of texts in a reply; what is not there is empty. */
export const strings = (reply: unknown): readonly string[] =>
  Array.isArray(reply) ? reply.map((each: string | number | null) => String(each ?? '')) : [];

/** A hash in a reply, as names and values in turn. */
export function flat(reply: unknown): readonly string[] {
  if (Array.isArray(reply)) return strings(reply);
  return Object.entries(reply ?? {}).flatMap(([name, value]) => [name, String(value)]);
}
