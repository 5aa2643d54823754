--[[
Keeps a lease, for whoever holds the fence.

KEYS   1 deployment   2 due
ARGV   1 id   2 fence   3 lease (ms)
Returns HELD revision | LOST
Writes  lease, due
]]
--- @include includes/clock.lua
--- @include includes/work.lua

local now = redis.call('HMGET', KEYS[1], 'fence', 'status', 'rev')
-- Paused, what was begun comes to its end under the lease.
if now[1] ~= ARGV[2] or not (work_owed(now[2]) or now[2] == 'paused') then
  return { 'LOST' }
end
local lease = now_ms() + tonumber(ARGV[3])
redis.call('HSET', KEYS[1], 'leaseUntil', lease)
redis.call('ZADD', KEYS[2], lease, ARGV[1])
return { 'HELD', now[3] }
