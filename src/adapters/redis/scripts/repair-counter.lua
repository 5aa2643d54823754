--[[
Moves a counter by as much as it was off. Sent again with the same op it answers as before.

KEYS   1 counters   2 log
ARGV   1 op   2 status   3 the counter as it was   4 what a recount gave
       5 how often it had been corrected before that
       6 number of the last event then   7 entry for the log
Returns DONE | CHANGED
Writes  the counter, `recounts:<status>`, log
]]
--- @include includes/clock.lua
--- @include includes/repair-log.lua

local mark = 'recounts:' .. ARGV[2]
if repaired_before(KEYS[2], ARGV[1]) then
  return 'DONE'
end
if (redis.call('HGET', KEYS[1], mark) or '0') ~= ARGV[5] then
  return 'CHANGED'
end
local off = tonumber(ARGV[3])
if off and off == math.floor(off) then
  redis.call('HINCRBY', KEYS[1], ARGV[2], string.format('%.0f', tonumber(ARGV[4]) - off))
elseif redis.call('HGET', KEYS[1], 'sequence') == ARGV[6] then
  -- No number: it can only be set, and so only where nothing was counted since.
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
else
  return 'CHANGED'
end
redis.call('HINCRBY', KEYS[1], mark, 1)
log_repair(KEYS[2], ARGV[1], ARGV[7])
return 'DONE'
