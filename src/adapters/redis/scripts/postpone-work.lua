--[[
Looks after a deployment's work later, if it is looked after at all.

KEYS   1 due
ARGV   1 id   2 in how long (ms)
Returns nothing
Writes  due
]]
--- @include includes/clock.lua

redis.call('ZADD', KEYS[1], 'XX', now_ms() + ARGV[2], ARGV[1])
