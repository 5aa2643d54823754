import { readFileSync } from 'node:fs';
import type { ChainableCommander } from 'ioredis';
import type { RedisClient } from '../../../src/adapters/redis/connection/connection.js';

/**
 * A Redis of record format 1: one key a line, its name without the namespace's
 * prefix, its type and what it holds. Written by that version itself and never
 * by hand.
 *
 * How it was made: at commit b577a0d, on a real Redis 7.0.15, with `composeWorker`
 * in a process of its own (two targets, a driver and a probe that answer or hang
 * as the service's name says, `MemoryRouter`, flags in Redis, a limit, promotions
 * of the service `promoted`) and `openSession`, as the commands have it, beside
 * it. What each service stands at:
 *
 * | service         | what                                                                          |
 * |-----------------|-------------------------------------------------------------------------------|
 * | approving       | draft, with one of two approvals                                              |
 * | frozen          | approved, held by the freeze `stocktaking`; another freeze was lifted         |
 * | gated           | executing at a gate, holds the slot; a second, approved, waits in the line    |
 * | calling         | executing, the call on web-2 has no end                                       |
 * | verifying       | verifying, the check of web-2 has no end                                      |
 * | paused          | paused at a gate                                                              |
 * | undoing         | rolling_back after a failure, the call that puts 1.0.0 back has no end        |
 * | undone          | rolled_back after a failure, its automation is held                           |
 * | halted          | failed, left as it is (`onFailure: hold`)                                     |
 * | forced          | failed, ended by force at a gate                                              |
 * | cancelled       | cancelled as a draft                                                          |
 * | traffic         | executing, 30 % of the traffic moved, at a gate                               |
 * | flagged         | executing, flag `ff_new_basket` set to 20 %, at a gate                        |
 * | member-a, -b    | completed, executing: members of the release `autumn`; -c of a completed one  |
 * | promoted        | promoted from testing to staging; to production it waits for a person         |
 *
 * Then the worker was killed with SIGKILL, in the middle of what it did, and one
 * more job was published to each of the four queues. Expiries are not kept
 * (`leader` and the locks of BullMQ have some): nothing may change by itself
 * while two dumps are compared.
 */
const RECORDS = new URL('records-of-format-1.jsonl', import.meta.url);

/** What a key holds, as `dumpKeys` reads it. */
type Kept =
  | { readonly key: string; readonly type: 'string'; readonly value: string }
  | {
      readonly key: string;
      readonly type: 'hash';
      readonly value: Readonly<Record<string, string>>;
    }
  | { readonly key: string; readonly type: 'list' | 'set'; readonly value: readonly string[] }
  /** Member and score in turn. */
  | { readonly key: string; readonly type: 'zset'; readonly value: readonly string[] }
  | {
      readonly key: string;
      readonly type: 'stream';
      readonly value: readonly (readonly [id: string, fields: readonly string[]])[];
    };

export const recordsOfFormat1 = (): readonly Kept[] =>
  readFileSync(RECORDS, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Kept);

/** Puts them under a prefix in which there is nothing yet. */
export async function restoreRecords(
  redis: RedisClient,
  prefix: string,
  records: readonly Kept[] = recordsOfFormat1(),
): Promise<void> {
  const pipeline = redis.pipeline();
  for (const kept of records) restore(pipeline, `${prefix}:${kept.key}`, kept);
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}

function restore(to: ChainableCommander, key: string, { type, value }: Kept): void {
  switch (type) {
    case 'string':
      to.set(key, value);
      break;
    case 'hash':
      to.hset(key, value);
      break;
    case 'list':
      to.rpush(key, ...value);
      break;
    case 'set':
      to.sadd(key, ...value);
      break;
    case 'zset':
      for (let at = 0; at < value.length; at += 2) {
        to.zadd(key, value[at + 1] ?? '', value[at] ?? '');
      }
      break;
    case 'stream':
      for (const [id, fields] of value) to.xadd(key, id, ...fields);
      break;
  }
}
