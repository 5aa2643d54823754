--[[
Asks before each change whether the right to make it is still there, and keeps it.

KEYS   1 service
ARGV   1 token   2 lease (ms)   3 the service's revision as it was when the right was taken
Returns HELD | LOST
Writes  catchUpUntil
]]
--- @include includes/clock.lua

local its = redis.call('HMGET', KEYS[1], 'catchUp', 'catchUpUntil', 'rev')
local now = now_ms()
if its[1] ~= ARGV[1] or (tonumber(its[2] or 0) or 0) <= now or (its[3] or '0') ~= ARGV[3] then
  return 'LOST'
end
redis.call('HSET', KEYS[1], 'catchUpUntil', now + tonumber(ARGV[2]))
return 'HELD'
