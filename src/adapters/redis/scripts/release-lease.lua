--[[
Gives a lease up before it expires, for whoever holds the fence.

KEYS   1 deployment   2 due
ARGV   1 id   2 fence   3 due at (ms), or empty for soon
Returns nothing
Writes  lease, due
]]
--- @include includes/clock.lua
--- @include includes/work.lua

local now = redis.call('HMGET', KEYS[1], 'fence', 'status')
if now[1] ~= ARGV[2] then
  return
end
redis.call('HDEL', KEYS[1], 'leaseUntil')
if work_owed(now[2]) then
  local due = ARGV[3] ~= '' and ARGV[3] + LATE_MS or now_ms() + SOON_MS
  redis.call('ZADD', KEYS[2], due, ARGV[1])
end
