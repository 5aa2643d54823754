--[[
Keeps a lease, for whoever holds the fence.

KEYS   1 deployment   2 due
ARGV   1 id   2 fence[:worker]   3 lease (ms)
Returns HELD revision | LOST
Writes  lease, due
]]
--- @include includes/clock.lua
--- @include includes/fence.lua
--- @include includes/work.lua

local fence, worker = fence_and_worker(ARGV[2])
local now = redis.call('HMGET', KEYS[1], 'fence', 'status', 'rev', 'leaseOwner', 'leaseUntil')
-- Paused, what was begun comes to its end under the lease. One that was given up is not taken back.
if now[1] ~= fence or not now[5] or not (work_owed(now[2]) or now[2] == 'paused') then
  return { 'LOST' }
end
if is_anothers(fence, worker, now[1], now[4]) then
  return { 'LOST' }
end
local lease = now_ms() + tonumber(ARGV[3])
redis.call('HSET', KEYS[1], 'leaseUntil', lease)
redis.call('ZADD', KEYS[2], lease, ARGV[1])
return { 'HELD', now[3] }
