import type { DeploymentId, EnvironmentName, ServiceName } from '../../../domain/model/ids.js';
import type { PromotionId } from '../../../domain/promotion/promotion.js';
import type { ReleaseId } from '../../../domain/release/release-id.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { change, type Grant, read, scripts } from './grant.js';

/** The keys of one namespace as patterns, each record standing for all of its kind. */
export interface StatePatterns {
  readonly keys: Keys;
  readonly deployments: string;
  readonly services: string;
  readonly releases: string;
  readonly promotions: string;
  readonly limits: string;
  readonly places: string;
  readonly flags: string;
  readonly flagChanges: string;
}

export function statePatterns(namespace: string): StatePatterns {
  const keys = keysOf(namespace);
  // oxlint-disable typescript/no-unsafe-type-assertion -- patterns in the places of names
  const flags = keys.flags('*' as EnvironmentName);
  const services = keys.service({
    environment: '*' as EnvironmentName,
    service: '*' as ServiceName,
  });
  return {
    keys,
    deployments: keys.deployment('*' as DeploymentId).record,
    services: services.record,
    releases: keys.release('*' as ReleaseId),
    promotions: keys.promotion('*' as PromotionId),
    limits: `${keys.prefix}:limit:*`,
    places: `${keys.prefix}:places:*`,
    flags: flags.records,
    flagChanges: flags.changes,
  };
  // oxlint-enable typescript/no-unsafe-type-assertion
}

/** What everybody asks first: whether the records are of their format. */
export const knowingFormat = ({ keys }: StatePatterns): readonly Grant[] => [
  read([keys.format], 'get'),
];

/** Deployments, services, what is active, counters and history, as the index reads them. */
export const reading = (patterns: StatePatterns): readonly Grant[] => {
  const { keys, deployments, services, releases, promotions, limits } = patterns;
  const orders = [keys.history, keys.open, keys.releases.all, keys.releases.due];
  const { trimmed } = keys;
  return [
    read(
      [deployments, services],
      ...['exists', 'hget', 'hmget', 'hgetall', 'llen', 'lrange', 'lindex', 'smembers'],
      ...['zcard', 'zscore', 'zrange', 'zrevrange', 'zrevrank', 'zrevrangebyscore'],
    ),
    read([trimmed.lately], 'zscore'),
    read(
      [keys.counters, trimmed.counters, keys.active, keys.freezes],
      ...['hget', 'hmget', 'hgetall', 'hvals', 'hscan'],
    ),
    read([keys.ended, keys.leader], 'get'),
    ...knowingFormat(patterns),
    read(
      [...orders, keys.due, ...Object.values(keys.promotions)],
      ...['zcard', 'zscore', 'zrange', 'zrangebyscore', 'zrevrange', 'zrevrank'],
      ...['zrevrangebyscore', 'zscan', 'hget', 'hmget'],
    ),
    read([releases, promotions, keys.releases.members], 'hget', 'hmget', 'hgetall'),
    read([keys.freezeLog], 'lrange'),
    read([limits], 'smembers', 'sismember', 'scard'),
    ...readingWorkers(patterns),
  ];
};

const workerKeys = ({ keys }: StatePatterns): readonly string[] => Object.values(keys.workers);

/** Who is at work, and what each knows. */
const readingWorkers = (patterns: StatePatterns): readonly Grant[] => [
  read(workerKeys(patterns), 'hget', 'hmget', 'hgetall', 'zrange'),
];

/** Jobs on their way from one worker to another. */
export const handing = ({ keys }: StatePatterns): readonly Grant[] => [
  change([keys.handed], 'zadd', 'zrem', 'zrange', 'zremrangebyscore'),
  change([keys.inbox('*')], 'zadd', 'zpopmin', 'pexpire'),
];

/** A worker's sign of life. */
export const announcing = (patterns: StatePatterns): readonly Grant[] => [
  change(
    workerKeys(patterns),
    ...['hset', 'hdel', 'hexists', 'hget', 'zadd', 'zrem', 'zcard', 'zscore'],
    ...['zrange', 'zrangebyscore'],
  ),
];

/** The stream of all events. */
export const following = ({ keys }: StatePatterns): readonly Grant[] => [
  read([keys.events], 'xread', 'xrange', 'xrevrange', 'xlen'),
];

export const readingFlags = (patterns: StatePatterns): readonly Grant[] => [
  ...knowingFormat(patterns),
  read([patterns.flags], 'hget', 'hgetall'),
  read([patterns.flagChanges], 'xread', 'xrevrange'),
];

/** What the scripts call that write deployments, releases and promotions. None of them deletes a key. */
export const writing = (patterns: StatePatterns): readonly Grant[] => {
  const { keys, deployments, services, releases, promotions, limits, places } = patterns;
  return [
    scripts([`${keys.prefix}:*`]),
    // Noted once; nobody changes it.
    change([keys.format], 'get', 'setnx'),
    change([deployments, services], 'hset', 'hincrby', 'hdel', 'rpush'),
    // Of a call's output, of which only the end is kept.
    change([deployments], 'lpop'),
    change([services], 'lpush', 'ltrim', 'lpop', 'zadd', 'zrem', 'sadd', 'srem'),
    change([keys.counters, keys.active], 'hset', 'hincrby', 'hdel'),
    change([keys.history, keys.open, keys.due], 'zadd', 'zrem', 'zrangebyscore'),
    change([keys.ended], 'set'),
    change([keys.events], 'xadd'),
    change([limits], 'sadd', 'srem', 'sismember'),
    change([places], 'hget', 'hgetall', 'hset', 'hdel'),
    change([releases, promotions, keys.releases.members, keys.promotions.cursor], 'hset', 'hdel'),
    change([keys.releases.all, keys.releases.due], ...['zadd', 'zrem', 'zrangebyscore']),
    change(
      [keys.promotions.all, keys.promotions.open, keys.promotions.due],
      ...['zadd', 'zrem', 'zrangebyscore'],
    ),
  ];
};

/** What one of the workers is. */
export const leading = ({ keys }: StatePatterns): readonly Grant[] => [
  change([keys.leader], 'set'),
];

/** Letting go of what nobody needs any more: the one thing that deletes keys. */
export const trimming = (patterns: StatePatterns): readonly Grant[] => {
  const { keys, deployments, services, releases, promotions } = patterns;
  return [
    read([deployments], 'hkeys'),
    change([deployments, releases, promotions], 'unlink'),
    change([keys.history, services, keys.releases.all, keys.promotions.all], 'zrem'),
    change([keys.trimmed.counters], 'hincrby'),
    change([keys.trimmed.lately], 'zadd', 'zremrangebyrank'),
  ];
};

/** What became of signed jobs, which publishers must not be able to say themselves. */
export const vouching = ({ keys }: StatePatterns): readonly Grant[] => [
  change([`${keys.prefix}:signed:*`], 'get', 'getex', 'set', 'exists', 'pexpire'),
];

export const settingFlags = ({ flags, flagChanges }: StatePatterns): readonly Grant[] => [
  change([flags], 'hset', 'hincrby', 'hdel'),
  change([flagChanges], 'xadd'),
];

export const freezing = ({ keys }: StatePatterns): readonly Grant[] => [
  change([keys.freezes], 'hset', 'hdel'),
  change([keys.freezeLog], 'lpush', 'ltrim'),
];

export const repairing = ({ keys }: StatePatterns): readonly Grant[] => [
  change([keys.repairLog], 'lpush', 'ltrim', 'lrange'),
];

/** Who is signed in with a browser: for the servers, and for whoever ends sessions. */
export const signingIn = ({ keys: { sessions } }: StatePatterns): readonly Grant[] => [
  scripts(Object.values(sessions)),
  change([sessions.all], 'hset', 'hget', 'hvals', 'hdel'),
  change([sessions.ends], 'zadd', 'zrem', 'zcard', 'zrange', 'zrangebyscore'),
];
