--[[
Repairs what a deployment is to its service's slot, unless somebody changes the service. Sent again with the
same op it answers as before.

KEYS   1 deployment   2 service   3 line   4 due   5 log
ARGV   1 op   2 id   3 its revision, or empty where it must have no record
       4 free | give | join | jump | leave   5 prefix   6 entry for the log
Returns DONE | CHANGED | BUSY
Writes  slot, line, due, run of the next in line, log
]]
--- @include includes/clock.lua
--- @include includes/work.lua
--- @include includes/slot.lua
--- @include includes/repair-log.lua
--- @include includes/under-way.lua

local id, act = ARGV[2], ARGV[4]
if repaired_before(KEYS[5], ARGV[1]) then
  return 'DONE'
end
if is_busy(KEYS[2], ARGV[5]) then
  return 'BUSY'
end
local record = redis.call('HMGET', KEYS[1], 'rev', 'status')
local holder = redis.call('HGET', KEYS[2], 'holder')
local waits = redis.call('ZSCORE', KEYS[3], id)
if (record[1] or '') ~= ARGV[3] then
  return 'CHANGED'
end

if act == 'free' then
  if holder ~= id then
    return 'CHANGED'
  end
  -- Whoever is gone as well is no next.
  for _, next_id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    if redis.call('EXISTS', ARGV[5] .. ':deployment:' .. next_id) == 0 then
      redis.call('ZREM', KEYS[3], next_id)
    end
  end
  hand_over(KEYS[2], KEYS[3], KEYS[4], id, ARGV[5] .. ':deployment:')
elseif act == 'give' then
  if holder and redis.call('EXISTS', ARGV[5] .. ':deployment:' .. holder) == 1 then
    return 'CHANGED'
  end
  redis.call('HSET', KEYS[2], 'holder', id)
  redis.call('ZREM', KEYS[3], id)
  if work_owed(record[2]) then
    redis.call('ZADD', KEYS[4], now_ms(), id)
  end
elseif act == 'leave' then
  if not waits then
    return 'CHANGED'
  end
  redis.call('ZREM', KEYS[3], id)
  -- It may have kept a free slot from those behind it.
  local first = not holder and redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  if first and redis.call('EXISTS', ARGV[5] .. ':deployment:' .. first) == 1 then
    redis.call('ZADD', KEYS[4], now_ms(), first)
  end
else
  if waits or holder == id then
    return 'CHANGED'
  end
  local arrival = redis.call('HINCRBY', KEYS[2], 'arrivals', 1)
  redis.call('ZADD', KEYS[3], act == 'jump' and -arrival or arrival, id)
  redis.call('ZADD', KEYS[4], now_ms(), id)
end
log_repair(KEYS[5], ARGV[1], ARGV[6])
return 'DONE'
