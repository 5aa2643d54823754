--[[
Takes jobs that others handed on, as BullMQ's moveToActive does: each is active and
locked then. What woke up by itself meanwhile is not in `delayed` any more, and is left.

KEYS   1 handed   2 inbox   3 active   4 delayed   5 meta of the queue
ARGV   1 inbox   2 most   3 token   4 lock (ms)   5 what the keys of the queue's jobs begin with
Returns ids
Writes  all but meta
]]
--- @include includes/clock.lua

local meta = redis.call('HMGET', KEYS[5], 'paused', 'concurrency')
if meta[1] then
  return {}
end
local most = tonumber(ARGV[2])
if meta[2] then
  most = math.min(most, tonumber(meta[2]) - redis.call('LLEN', KEYS[3]))
end
local taken = {}
while #taken < most do
  local id = redis.call('ZPOPMIN', KEYS[2])[1]
  if not id then
    redis.call('ZREM', KEYS[1], ARGV[1])
    break
  end
  local job = ARGV[5] .. id
  if redis.call('ZREM', KEYS[4], id) == 1 and redis.call('EXISTS', job) == 1 then
    redis.call('LPUSH', KEYS[3], id)
    redis.call('SET', job .. ':lock', ARGV[3], 'PX', ARGV[4])
    redis.call('HSET', job, 'processedOn', now_ms())
    redis.call('HINCRBY', job, 'ats', 1)
    redis.call('HDEL', job, 'unknownSince')
    taken[#taken + 1] = id
  end
end
return taken
