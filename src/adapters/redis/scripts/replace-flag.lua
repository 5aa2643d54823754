--[[
Replaces the record of a flag, or takes it away, where it is still as it was read.
Sent again, it changes nothing.

KEYS   1 flags   2 ledger   3 changes
ARGV   1 flag   2 record as it was read   3 the new one, or empty to take it away
       4 percent, or empty where it goes   5 most changes that are kept
Returns 1 where the flag is now as it was asked for, 0 where it was not as it was read
Writes  record, the one that was set last, revision, change
]]
local text = redis.call('HGET', KEYS[1], ARGV[1])
if (text or '') == ARGV[3] then
  return 1
end
if text ~= ARGV[2] then
  return 0
end
local revision = redis.call('HINCRBY', KEYS[2], 'revision', 1)
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], 'set:' .. ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  redis.call('HSET', KEYS[2], 'set:' .. ARGV[1], ARGV[3])
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], '*', 'flag', ARGV[1], 'percent', ARGV[4], 'revision', revision)
return 1
