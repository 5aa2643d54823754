--[[
Looks at a record later, unless somebody has written since, who said when to look.

KEYS   1 record   2 due
ARGV   1 id   2 revision   3 in how long (ms)
Returns nothing
Writes  due
]]
--- @include includes/clock.lua

if redis.call('HGET', KEYS[1], 'rev') == ARGV[2] then
  redis.call('ZADD', KEYS[2], 'XX', now_ms() + ARGV[3], ARGV[1])
end
