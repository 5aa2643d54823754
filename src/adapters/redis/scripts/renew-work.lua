--[[
Makes the work owed a new job, for the rescuer: unless a worker holds it, it waits for its slot, or nothing is owed.

KEYS   1 deployment   2 due
ARGV   1 id   2 prefix
Returns status run | nothing
Writes  run, due
]]
--- @include includes/clock.lua
--- @include includes/work.lua

local id, now = ARGV[1], now_ms()
local was = redis.call('HMGET', KEYS[1], 'status', 'leaseUntil', 'svc')
if not was[1] or not work_owed(was[1]) then
  redis.call('ZREM', KEYS[2], id)
  return
end
local leased_until = tonumber(was[2] or 0) or 0
if leased_until > now then
  redis.call('ZADD', KEYS[2], leased_until, id)
  return
end
local holder = redis.call('HGET', ARGV[2] .. ':service:' .. was[3], 'holder')
if holder and holder ~= id then
  redis.call('ZADD', KEYS[2], now + LINE_MS, id)
  return
end
redis.call('ZADD', KEYS[2], now + SOON_MS, id)
return { was[1], redis.call('HINCRBY', KEYS[1], 'run', 1) }
