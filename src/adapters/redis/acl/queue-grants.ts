import type { QueueName } from '../../../contracts/jobs/define-job.js';
import { change, type Grant, read, scripts, write } from './grant.js';

export const QUEUES = [
  'plan',
  'execute',
  'verify',
  'rollback',
] as const satisfies readonly QueueName[];

/** The keys of BullMQ's queues that end so. */
const ending = (prefix: string, ...ends: readonly string[]): readonly string[] =>
  QUEUES.flatMap((queue) => ends.map((end) => `${prefix}:${queue}:${end}`));

/** Jobs of ours and of plain BullMQ publishers, which number them; never the jobs owed, which carry a deployment's id. */
const PUBLISHED = ['job_*', '[0-9]*'];

/**
 * Adding jobs, and asking for the state of one. The `meta` of a queue is only
 * read: it could pause it. So the queues are there once a worker has run.
 */
export const publishing = (prefix: string, jobs = PUBLISHED): readonly Grant[] => [
  scripts(ending(prefix, '*')),
  read(ending(prefix, 'meta'), 'hget', 'hmget', 'hexists'),
  change(ending(prefix, 'id'), 'incr'),
  change(ending(prefix, ...jobs), 'exists', 'hset', 'hmset', 'hget', 'hmget', 'hgetall'),
  write(ending(prefix, 'wait', 'paused'), 'lpush'),
  write(ending(prefix, 'marker'), 'zadd'),
  write(ending(prefix, 'events'), 'xadd'),
  read(
    ending(prefix, 'completed', 'failed', 'delayed', 'prioritized', 'waiting-children'),
    'zscore',
  ),
  read(ending(prefix, 'wait', 'paused', 'active'), 'lpos', 'lrange', 'llen'),
];

/** What BullMQ's scripts for workers call; it is theirs to name keys below the queue's own. */
export const working = (prefix: string): readonly Grant[] => [
  change(
    ending(prefix, '*'),
    ...['eval', 'evalsha', 'exists', 'get', 'set', 'del', 'incr', 'pexpire', 'pttl', 'persist'],
    ...['hget', 'hset', 'hsetnx', 'hmget', 'hmset', 'hdel', 'hexists', 'hgetall', 'hincrby'],
    ...['llen', 'lpush', 'rpush', 'lrange', 'lrem', 'ltrim', 'lpos', 'rpoplpush'],
    ...['sadd', 'srem', 'scard', 'smembers'],
    ...['zadd', 'zcard', 'zscore', 'zrange', 'zrangebyscore', 'zrevrange', 'zrevrangebyscore'],
    ...['zrem', 'zremrangebyscore', 'zremrangebyrank', 'zpopmin', 'bzpopmin'],
    ...['xadd', 'xtrim'],
  ),
];

export const readingQueues = (prefix: string): readonly Grant[] => [
  read(
    ending(prefix, '*'),
    ...['exists', 'type', 'get', 'pttl', 'hget', 'hmget', 'hgetall', 'hexists', 'hlen'],
    ...['llen', 'lrange', 'lindex', 'lpos', 'scard', 'xlen'],
    ...['zcard', 'zcount', 'zscore', 'zrange', 'zrevrange', 'zscan'],
  ),
];

/** Bull Board in its read-only mode: BullMQ reads by scripts. */
export const looking = (prefix: string): readonly Grant[] => [
  scripts(ending(prefix, '*')),
  ...readingQueues(prefix),
];
