--[[
Puts a freeze in force, in place of one with the same id. Sent again with the same op it does nothing.

KEYS   1 freezes   2 log
ARGV   1 op   2 id   3 freeze, as JSON   4 by, or empty
Returns OK
Writes  freezes, log
]]
--- @include includes/clock.lua
--- @include includes/freeze-log.lua

if not done_before(KEYS[2], ARGV[1]) then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  log_act(KEYS[2], ARGV[1], 'frozen', ARGV[2], ARGV[4], ARGV[3])
end
return 'OK'
