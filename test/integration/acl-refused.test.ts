import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  patientConnection,
  type RedisClient,
} from '../../src/adapters/redis/connection/connection.js';
import { ACL_ROLES, type AclRole } from '../../src/contracts/values/acl-role.js';
import { startRedisWithUsers } from '../support/redis-users.js';

const NAMESPACE = `refused-${randomUUID().slice(0, 8)}`;
/** `@` stands for the namespace's prefix, `;` ends a command. */
const PREFIX = `{${NAMESPACE}:0}:`;

const commands = (text: string): readonly string[] =>
  text
    .split(';')
    .map((command) => command.trim())
    .filter((command) => command !== '');

const NOBODY_MAY = commands(`
  FLUSHALL; FLUSHDB; SWAPDB 0 1; DBSIZE; KEYS *; RANDOMKEY; MONITOR;
  CONFIG GET maxmemory; CONFIG SET maxmemory 1; CONFIG SET appendonly no; CONFIG SET dir /tmp;
  CONFIG REWRITE; CONFIG RESETSTAT;
  ACL LIST; ACL GETUSER root; ACL SETUSER root on nopass; ACL DELUSER root; ACL SAVE; ACL LOAD; ACL LOG;
  DEBUG SLEEP 0; DEBUG RELOAD; SHUTDOWN NOSAVE; SAVE; BGSAVE; BGREWRITEAOF;
  REPLICAOF 127.0.0.1 1; REPLICAOF NO ONE; FAILOVER; PSYNC ? -1; REPLCONF listening-port 1;
  MODULE LOAD /tmp/x.so; MODULE LIST; MIGRATE 127.0.0.1 1 x 0 1;
  SCRIPT LOAD return; SCRIPT FLUSH; SCRIPT KILL; SCRIPT EXISTS x;
  FUNCTION LOAD x; FUNCTION FLUSH; FUNCTION DUMP; FUNCTION KILL; FCALL f 0;
  SLOWLOG GET; LATENCY LATEST; MEMORY USAGE x;
  CLIENT LIST; CLIENT KILL ID 1; CLIENT PAUSE 1; CLIENT NO-EVICT on; CLIENT UNBLOCK 1;
  SUBSCRIBE x; PSUBSCRIBE *; PUBLISH x y; SPUBLISH x y; PUBSUB CHANNELS;
  CLUSTER RESET; CLUSTER FAILOVER; CLUSTER FLUSHSLOTS;
  GET foreign; SET foreign 1; DEL foreign; XREAD COUNT 1 STREAMS foreign 0; EVAL return 1 foreign;
  DEL @counters; UNLINK @events; XTRIM @events MAXLEN 0; XDEL @events 1-0; GETDEL @ended;
  RENAME @counters @other; COPY @active @other; RESTORE @active 0 x; DUMP @active; EXPIRE @active 1;
  SORT @history BY nosort GET *; BITOP NOT @ended @ended; OBJECT ENCODING @active; SET @counters x;
  SET @format 1; DEL @format; DEL @deployment:dep_0000000001; LTRIM @deployment:dep_0000000001:events 1 0;
  LSET @deployment:dep_0000000001:events 0 x; LREM @deployment:dep_0000000001:events 0 x;
  RENAME @plan:wait @plan:other; SORT @plan:wait; EVAL_FLUSHALL; EVAL_FOREIGN`);

const WRITES_TO_QUEUES = commands(`
  HSET @plan:meta paused 1; LPUSH @plan:active 1; RPOP @plan:wait; LREM @plan:wait 0 1;
  RPOPLPUSH @plan:wait @plan:active; ZADD @plan:completed 1 1; ZADD @plan:failed 1 1; ZREM @plan:delayed 1;
  DEL @plan:job_1; HDEL @plan:job_1 data; DEL @plan:wait; XTRIM @plan:events MAXLEN 0;
  BZPOPMIN @plan:marker 1; SET @plan:job_1:lock x; EVAL_DEL_JOB`);

const WRITES_TO_STATE = commands(`
  HSET @deployment:dep_0000000001 status completed; HINCRBY @counters completed 1; HSET @active a/b x;
  RPUSH @deployment:dep_0000000001:events x; XADD @events * a b; ZADD @due 1 x; ZREM @open x;
  HSET @service:production/api holder x; LPUSH @service:production/api:stable x; SET @ended x;
  HSET @release:rel_0000000001 body x; ZADD @releases 1 x; HSET @promotion:prm_0000000001 body x;
  SADD @limit:x x; SETNX @format 1; SET @leader x`);

const WRITES_TO_FREEZES = commands(`HSET @freezes f x; HDEL @freezes f; LPUSH @freezes:log x`);

const SESSIONS = commands(`
  HSET @sessions x y; HGET @sessions x; HVALS @sessions; HDEL @sessions x; ZADD @sessions:ends 1 x`);

const READS_OF_STATE = commands(`
  HGETALL @deployment:dep_0000000001; LRANGE @deployment:dep_0000000001:events 0 -1; HGETALL @counters;
  HGETALL @active; HGETALL @service:production/api; ZREVRANGE @history 0 1; GET @ended;
  HGETALL @freezes; HGET @release:rel_0000000001 body; GET @format; EVAL_READ_STATE`);

const KNOWS_FORMAT = 'GET @format';
const READS_OF_EVENTS = commands(`XREAD COUNT 1 STREAMS @events 0; XREVRANGE @events + -`);
const READS_OF_QUEUES = commands(`
  HGETALL @plan:job_1; LRANGE @plan:wait 0 -1; ZRANGE @plan:completed 0 1; HGETALL @plan:meta`);
const READS_OF_FLAGS = commands(
  `HGETALL @flags:production; XREVRANGE @flags:production:changes + -`,
);
const WRITES_TO_FLAGS = commands(`
  HSET @flags:production f x; HDEL @flags:production f; HINCRBY @flags:production:ledger revision 1;
  XADD @flags:production:changes * a b`);
const ADDS_JOBS = commands(
  `HSET @plan:job_1 name x; LPUSH @plan:wait job_1; XADD @plan:events * a b`,
);
const JOBS_OWED = commands(`
  HSET @execute:dep_0000000001.execute.1 data x; HGETALL @execute:dep_0000000001.execute.1`);

const VOUCHES = commands(`SET @signed:job:plan:x x; GET @signed:job:plan:x; SET @signed:nonce:x 1`);

/** What each may, by a command of every kind; and what it is refused beside that which nobody may. */
const TABLE: Readonly<
  Record<AclRole, { readonly may: readonly string[]; readonly mayNot: readonly string[] }>
> = {
  publisher: {
    may: [...ADDS_JOBS, 'HGETALL @plan:job_1', 'HMGET @plan:meta paused', 'INCR @plan:id'],
    mayNot: [
      ...SESSIONS,
      ...WRITES_TO_QUEUES,
      ...[...JOBS_OWED, ...READS_OF_STATE, ...WRITES_TO_STATE, ...WRITES_TO_FREEZES],
      ...[...READS_OF_EVENTS, ...READS_OF_FLAGS, ...WRITES_TO_FLAGS, ...VOUCHES],
      ...['MULTI', 'SCAN 0', 'WAIT 0 1'],
    ],
  },
  worker: {
    may: [
      ...[...WRITES_TO_QUEUES.filter((command) => !command.startsWith('RPOP ')), ...ADDS_JOBS],
      ...[...JOBS_OWED, ...READS_OF_STATE, ...WRITES_TO_STATE, ...READS_OF_EVENTS],
      ...[...READS_OF_FLAGS, ...WRITES_TO_FLAGS, ...VOUCHES, 'WAIT 0 1'],
    ],
    mayNot: [...SESSIONS, ...WRITES_TO_FREEZES, 'MULTI', 'SCAN 0'],
  },
  subscriber: {
    may: [...READS_OF_EVENTS, ...READS_OF_STATE.filter((command) => !command.startsWith('EVAL'))],
    mayNot: [
      ...SESSIONS,
      ...[...WRITES_TO_QUEUES, ...ADDS_JOBS, ...JOBS_OWED, ...READS_OF_QUEUES],
      ...[...WRITES_TO_STATE, ...WRITES_TO_FREEZES, ...READS_OF_FLAGS, ...WRITES_TO_FLAGS],
      ...['EVAL_READ_STATE', 'XGROUP CREATE @events g 0', 'MULTI', 'SCAN 0', 'WAIT 0 1'],
    ],
  },
  flags: {
    may: [...READS_OF_FLAGS, KNOWS_FORMAT],
    mayNot: [
      ...SESSIONS,
      ...[...WRITES_TO_QUEUES, ...ADDS_JOBS, ...JOBS_OWED, ...READS_OF_QUEUES],
      ...READS_OF_STATE.filter((command) => command !== KNOWS_FORMAT),
      ...[...READS_OF_EVENTS, ...WRITES_TO_STATE, ...WRITES_TO_FREEZES],
      ...[...WRITES_TO_FLAGS, ...VOUCHES, 'MULTI', 'SCAN 0', 'WAIT 0 1'],
    ],
  },
  board: {
    may: [...SESSIONS, ...READS_OF_QUEUES, ...READS_OF_STATE, ...READS_OF_EVENTS],
    mayNot: [
      ...[...WRITES_TO_QUEUES, ...ADDS_JOBS, JOBS_OWED[0] ?? '', ...WRITES_TO_STATE],
      ...[...WRITES_TO_FREEZES, ...READS_OF_FLAGS, ...WRITES_TO_FLAGS, ...VOUCHES],
      ...['SCAN 0', 'WAIT 0 1'],
    ],
  },
  auditor: {
    may: [
      ...READS_OF_QUEUES,
      ...READS_OF_EVENTS,
      ...READS_OF_STATE.filter((command) => !command.startsWith('EVAL')),
      'SCAN 0',
      'MULTI',
      'EXEC',
    ],
    mayNot: [
      ...SESSIONS,
      ...[...WRITES_TO_QUEUES, ...ADDS_JOBS, ...WRITES_TO_STATE, ...WRITES_TO_FREEZES],
      ...[...WRITES_TO_FLAGS, ...VOUCHES, 'WAIT 0 1'],
    ],
  },
  admin: {
    may: [
      ...SESSIONS,
      ...[...ADDS_JOBS, ...JOBS_OWED, ...READS_OF_STATE, ...READS_OF_EVENTS],
      ...[...WRITES_TO_STATE.slice(0, -1), ...WRITES_TO_FREEZES, ...READS_OF_FLAGS],
      ...[...READS_OF_QUEUES, 'LPUSH @repairs:log x', 'SCAN 0', 'MULTI', 'EXEC'],
    ],
    mayNot: [...[...WRITES_TO_QUEUES, ...WRITES_TO_FLAGS, ...VOUCHES], 'SET @leader x'],
  },
};

/** Scripts run with the rights of their caller, so each is a command like any other. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  EVAL_FLUSHALL: ["return redis.call('FLUSHALL')", '0'],
  EVAL_FOREIGN: ["return redis.call('GET', 'foreign')", '0'],
  EVAL_DEL_JOB: ["return redis.call('DEL', KEYS[1])", '1', '@plan:job_1'],
  EVAL_READ_STATE: ["return redis.call('HGETALL', ARGV[1])", '1', '@plan:', '@counters'],
};

/** `may`, or the first word of the refusal. */
async function ask(client: RedisClient, command: string): Promise<string> {
  const script = SCRIPTS[command];
  const [name = '', ...args] = script
    ? ['EVAL', ...script]
    : command === 'EVAL return 1 foreign'
      ? ['EVAL', 'return 0', '1', 'foreign']
      : command.split(' ');
  try {
    await client.call(name, ...args.map((part) => part.replace('@', PREFIX)));
    return 'may';
  } catch (error) {
    const { message } = error as Error;
    return /NOPERM|can't (run|access)/.test(message) ? 'may not' : 'may';
  }
}

describe('the table of what users may', () => {
  test.each(ACL_ROLES)('holds for the role %s, command by command', async (role) => {
    const redis = await startRedisWithUsers(NAMESPACE);
    const connection = patientConnection(redis.urlOf(role));
    const { may, mayNot } = TABLE[role];
    const refused = [...NOBODY_MAY, ...mayNot];
    try {
      const answers: string[] = [];
      for (const command of [...refused, ...may]) {
        // oxlint-disable-next-line no-await-in-loop -- in their order: each as if it were the only one
        answers.push(`${command}: ${await ask(connection.client, command)}`);
      }

      expect(answers).toEqual([
        ...refused.map((command) => `${command}: may not`),
        ...may.map((command) => `${command}: may`),
      ]);
      expect(refused.length).toBeGreaterThanOrEqual(60);
    } finally {
      await connection.close();
    }
  });
});
