--[[
What somebody should look at now, longest overdue first.

KEYS   1 due
ARGV   1 most wanted
Returns ids
Writes  nothing
]]
--- @include includes/clock.lua

return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms(), 'LIMIT', 0, ARGV[1])
