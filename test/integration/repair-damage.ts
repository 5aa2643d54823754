import type { Invariant } from '../../src/domain/audit/findings/finding.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { API } from '../support/fixtures.js';
import { LIMIT, type RepairWorld } from './repair-world.js';

export const GONE = deploymentId('dep_0000000000gone');

export const entry = (version: string, id: string): string =>
  JSON.stringify({ ...API, version, deploymentId: id, since: 1 });

const stable = (version: string, id: string): string => {
  const declared = { version, others: {}, missed: [], shares: null };
  return JSON.stringify({ ...JSON.parse(entry(version, id)), declared });
};

type Damage = readonly [
  what: string,
  caughtBy: Invariant,
  harm: (world: RepairWorld) => Promise<unknown>,
];

/** What may be wrong in Redis, and what an audit calls it. */
export const DAMAGE: readonly Damage[] = [
  [
    'a counter is off',
    'counters_exact',
    ({ client, keys }) => client.hincrby(keys.counters, 'completed', 2),
  ],
  [
    'two counters are off',
    'counters_exact',
    async ({ client, keys }) => {
      await client.hincrby(keys.counters, 'approved', -5);
      await client.hdel(keys.counters, 'executing');
    },
  ],
  [
    'a counter is no number',
    'counters_exact',
    ({ client, keys }) => client.hset(keys.counters, 'completed', 'many'),
  ],
  [
    'the history lost a deployment',
    'history_complete',
    ({ client, keys, good }) => client.zrem(keys.history, good),
  ],
  [
    'the history of a service lost one',
    'history_complete',
    ({ client, api, good }) => client.zrem(api.history, good),
  ],
  [
    'the history names one that is not there',
    'history_complete',
    ({ client, keys }) => client.zadd(keys.history, '1', GONE),
  ],
  [
    'an open one is not among the open ones',
    'open_complete',
    ({ client, keys, waiting }) => client.zrem(keys.open, waiting),
  ],
  [
    'an ended one is among the open ones',
    'open_complete',
    ({ client, keys, good }) => client.zadd(keys.open, '1', good),
  ],
  [
    'one that is not there is among the open ones',
    'open_complete',
    ({ client, keys }) => client.zadd(keys.open, '1', GONE),
  ],
  [
    'nobody looks after work that is owed',
    'due_complete',
    ({ client, keys, running }) => client.zrem(keys.due, running),
  ],
  [
    'somebody looks after one that has ended',
    'due_complete',
    ({ client, keys, good }) => client.zadd(keys.due, '1', good),
  ],
  [
    'somebody looks after one that is not there',
    'due_complete',
    ({ client, keys }) => client.zadd(keys.due, '1', GONE),
  ],
  [
    'one that has ended holds the slot',
    'slot_held',
    ({ client, api, good }) => client.hset(api.record, 'holder', good),
  ],
  [
    'one that is not there holds the slot',
    'slot_held',
    ({ client, api }) => client.hset(api.record, 'holder', GONE),
  ],
  [
    'one that is not there is first in line for the slot',
    'slot_held',
    ({ client, api }) => client.zadd(api.line, '-9', GONE),
  ],
  [
    'one that has ended is in line',
    'slot_held',
    ({ client, api, good }) => client.zadd(api.line, '-9', good),
  ],
  [
    'one that waits is not in line',
    'slot_held',
    ({ client, api, waiting }) => client.zrem(api.line, waiting),
  ],
  [
    'one that is under way lost its slot',
    'slot_held',
    ({ client, db }) => client.hdel(db.record, 'holder'),
  ],
  [
    'what is active is not there',
    'active_folded',
    ({ client, keys }) => client.hset(keys.active, 'production/api', entry('9', GONE)),
  ],
  [
    'what is active is an older one',
    'active_folded',
    ({ client, keys, good }) => client.hset(keys.active, 'production/api', entry('1.0.0', good)),
  ],
  [
    'nothing is active any more',
    'active_folded',
    ({ client, keys }) => client.hdel(keys.active, 'production/api'),
  ],
  [
    'what is active cannot be read',
    'active_folded',
    ({ client, keys }) => client.hset(keys.active, 'production/api', '{"version":'),
  ],
  [
    'something on the stable versions cannot be read',
    'active_folded',
    ({ client, api }) => client.rpush(api.stable, 'null'),
  ],
  [
    'the stable versions names one that is not there',
    'stable_folded',
    ({ client, api }) => client.rpush(api.stable, stable('0', GONE)),
  ],
  ['the stable versions is gone', 'stable_folded', ({ client, api }) => client.del(api.stable)],
  [
    'one that is not there counts against a limit',
    'limits_kept',
    ({ client, keys }) => client.sadd(`${keys.prefix}:limit:${LIMIT}`, GONE),
  ],
  [
    'one that is under way does not count against its limit',
    'limits_kept',
    ({ client, keys, running }) => client.srem(`${keys.prefix}:limit:${LIMIT}`, running),
  ],
  [
    'a record says another status than its state',
    'record_readable',
    ({ client, keys, good }) => client.hset(keys.deployment(good).record, 'status', 'failed'),
  ],
  [
    'the fence of a service was set back',
    'fence_rising',
    ({ client, api }) => client.hset(api.record, 'fence', '0'),
  ],
];
