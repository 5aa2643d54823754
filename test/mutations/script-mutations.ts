import type { Invariant } from '../../src/domain/audit/findings/finding.js';
import type { Planted } from './planted.js';

const APPEND = 'Writes transitions of one deployment';
const OF_SERVICE = 'if changes_service and service_rev ~= ARGV[13] then';
const CLAIM = 'Takes up one kind of work';
const CREATE = 'Stores a new deployment';
const RELEASE = 'Gives a lease up';

const script = (
  caughtBy: readonly Invariant[],
  from: string,
  to: string,
  where?: string,
): Planted => ({
  caughtBy,
  scripts: [{ from, to, ...(where === undefined ? {} : { in: where }) }],
});

/** Faults of the store's scripts, by what goes wrong. */
export const IN_SCRIPTS: Readonly<Record<string, Planted>> = {
  // Both: whoever took over has written of the service, and a write that rests on older news is refused as well.
  'append asks neither for the fence nor for the revision of the service': {
    caughtBy: ['fence_rising', 'ledger_fence'],
    scripts: [
      { from: "if fence ~= '' and fence ~= was[4] then", to: 'if false then', in: APPEND },
      { from: OF_SERVICE, to: 'if false then', in: APPEND },
    ],
  },
  'append does not ask for the revision': script(
    ['events_dense'],
    'if was[2] ~= ARGV[3] then',
    'if false then',
    APPEND,
  ),
  'create does not notice that it was sent before': script(
    ['events_dense', 'counters_exact'],
    'if known then',
    'if false then',
    CREATE,
  ),
  'a claim gives out the fence of the claim before': script(
    ['fence_rising'],
    "redis.call('HINCRBY', service, 'fence', 1)",
    "math.max(1, redis.call('HINCRBY', service, 'fence', 0))",
    CLAIM,
  ),
  'a claim does not ask who holds the slot': script(
    ['one_at_a_time', 'slot_held', 'ledger_overlap'],
    'if holder ~= id then',
    'if false then',
    CLAIM,
  ),
  'the last event of a write is dropped from the list': script(
    ['events_dense'],
    "redis.call('RPUSH', list, unpack(entries))",
    "if count > 1 then entries[#entries] = nil end redis.call('RPUSH', list, unpack(entries))",
  ),
  'an event is dropped from the stream of all': script(
    ['stream_dense', 'stream_agrees'],
    "redis.call('XADD', stream",
    "local write = ARGV[from] == 'deployment.verified' and function() end or redis.call write('XADD', stream",
  ),
  'an event is written twice': script(
    ['events_dense'],
    'entries[#entries + 1] = ARGV[from + 6]',
    'entries[#entries + 1] = ARGV[from + 6] if event == 3 then entries[#entries + 1] = ARGV[from + 6] end',
  ),
  'the stream of all numbers the events of a deployment wrongly': script(
    ['stream_agrees'],
    "'sequence', ARGV[from + 2]",
    "'sequence', ARGV[from + 2] + (ARGV[from] == 'deployment.started' and 1 or 0)",
  ),
  'the stream of all tells another state': script(
    ['stream_agrees'],
    "'state', ARGV[from + 3]",
    "'state', ARGV[from] == 'deployment.verifying' and 'executing' or ARGV[from + 3]",
  ),
  'a new status is counted twice': script(
    ['counters_exact'],
    "redis.call('HINCRBY', KEYS[8], status, 1)",
    "redis.call('HINCRBY', KEYS[8], status, 2)",
    APPEND,
  ),
  'the status before is not counted down': script(
    ['counters_exact'],
    "redis.call('HINCRBY', KEYS[8], was[1], -1)",
    '',
    APPEND,
  ),
  'the progress of targets is not written': script(
    ['state_folded'],
    'put_pairs(KEYS[2], put_pairs(KEYS[1], 26))',
    'put_pairs(KEYS[1], 26)',
    APPEND,
  ),
  'the status of targets is not written': script(
    ['targets_folded'],
    'local taken_at = put_or_take_pairs(KEYS[7], service_at)',
    'local taken_at = after_pairs(service_at)',
    APPEND,
  ),
  'append does not ask for the revision of the service': script(
    ['targets_folded'],
    OF_SERVICE,
    'if false then',
    APPEND,
  ),
  'an ended deployment is called executing again': script(
    ['record_readable', 'state_folded'],
    "redis.call('HDEL', KEYS[1], 'leaseUntil')",
    "redis.call('HDEL', KEYS[1], 'leaseUntil') if terminal then redis.call('HSET', KEYS[1], 'status', 'executing') end",
    APPEND,
  ),
  'the slot is released before the verification': script(
    ['slot_held'],
    '-- The slot, the line, and whose turn it is.',
    "if status == 'verifying' then redis.call('HDEL', KEYS[4], 'holder') end",
    APPEND,
  ),
  'the slot is not released at all': script(
    ['slot_held'],
    'handed = hand_over(',
    'handed = {} and (function() return {} end)(',
    APPEND,
  ),
  'the next in line is given the slot and stays in line': script(
    ['slot_held'],
    "redis.call('ZREM', line, next_id)",
    '',
  ),
  'a rollback leaves its entry on the stable versions': script(
    ['stable_folded', 'active_folded'],
    "redis.call('LPOP', KEYS[6])",
    '',
    APPEND,
  ),
  'a completed deployment is not put on the stable versions': script(
    ['stable_folded', 'active_folded'],
    "redis.call('LPUSH', KEYS[6], ARGV[12])",
    '',
    APPEND,
  ),
  'a version is called active before it is verified': script(
    ['active_folded'],
    '-- What is active, the stable versions, and the revision of both and of the targets.',
    `if status == 'verifying' then
       redis.call('HSET', KEYS[9], ARGV[14], cjson.encode({ environment = ARGV[16],
         service = ARGV[15], version = ARGV[17], deploymentId = id, since = 0 }))
     end`,
    APPEND,
  ),
  'nobody is told when to look after the work': script(
    ['due_complete'],
    "redis.call('ZADD', KEYS[12], ARGV[9]",
    "redis.call('ZADD', KEYS[12] .. ':lost', ARGV[9]",
    APPEND,
  ),
  'what has ended is still looked after': script(
    ['due_complete'],
    "redis.call('ZREM', KEYS[12], id)",
    '',
    APPEND,
  ),
  'what has ended is still called open': script(
    ['open_complete'],
    "redis.call('ZREM', KEYS[11], id)",
    '',
    APPEND,
  ),
  'a new deployment is missing in the history': script(
    ['history_complete'],
    "redis.call('ZADD', KEYS[8], created_at, id)",
    '',
    CREATE,
  ),
  'an ended deployment goes on counting against its limits': script(
    ['limits_kept'],
    "redis.call('SREM', prefix .. ':limit:' .. limit.key, id)",
    '',
  ),
  'a limit is not asked for': script(
    ['limits_kept'],
    "redis.call('SCARD', key) >= limit.most",
    'false',
    CLAIM,
  ),
  'a worker does not count against limits': script(
    ['limits_kept'],
    "redis.call('SADD', ARGV[5] .. ':limit:' .. limit.key, id)",
    '',
    CLAIM,
  ),
  'a lease that is given up takes the place in the index of due work with it': script(
    ['due_complete'],
    "redis.call('ZADD', KEYS[2], due, id)",
    "redis.call('ZREM', KEYS[2], id)",
    RELEASE,
  ),
};
