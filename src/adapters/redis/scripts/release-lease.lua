--[[
Gives a lease up before it expires, for whoever holds the fence; with `leave` the slot and its limits too.

KEYS   1 deployment   2 due
ARGV   1 id   2 fence[:worker]   3 due at (ms), or empty for soon   4 leave the slot 0|1   5 prefix
       (the service's keys follow from the deployment's own `svc`; they share its slot)
Returns next deployment, its status, its run: where the slot was handed over
Writes  lease, due; slot, line, limits and places of a deployment that leaves
]]
--- @include includes/clock.lua
--- @include includes/fence.lua
--- @include includes/work.lua
--- @include includes/slot.lua
--- @include includes/places.lua

local id = ARGV[1]
local fence, worker = fence_and_worker(ARGV[2])
local now = redis.call('HMGET', KEYS[1], 'fence', 'status', 'svc', 'limits', 'leaseOwner')
if now[1] ~= fence or is_anothers(fence, worker, now[1], now[5]) then
  return {}
end
redis.call('HDEL', KEYS[1], 'leaseUntil')
if work_owed(now[2]) then
  local due = ARGV[3] ~= '' and ARGV[3] + LATE_MS or now_ms() + SOON_MS
  redis.call('ZADD', KEYS[2], due, id)
end
if ARGV[4] ~= '1' then
  return {}
end
local service = ARGV[5] .. ':service:' .. now[3]
free_limits(now[4], ARGV[5], id)
leave_places(ARGV[5], now[3], id)
return hand_over(service, service .. ':line', KEYS[2], id, ARGV[5] .. ':deployment:')
