--[[
Notes what a person says runs on a target, and which version is active with it. Sent again with the same op it
answers as before.

KEYS   1 service   2 service targets   3 active   4 log
ARGV   1 op   2 environment/service   3 prefix   4 last fence found, or empty   5 the service's revision found
       6 active entry found, or empty   7 active entry to set, or empty to leave it
       8 target   9 its status   10 entry for the log
Returns DONE | CHANGED | BUSY
Writes  the status, active, the service's revision, log
]]
--- @include includes/clock.lua
--- @include includes/repair-log.lua
--- @include includes/under-way.lua

if repaired_before(KEYS[4], ARGV[1]) then
  return 'DONE'
end
local its = redis.call('HMGET', KEYS[1], 'holder', 'fence', 'rev')
if its[1] or is_busy(KEYS[1], ARGV[3]) then
  return 'BUSY'
end
if (its[2] or '') ~= ARGV[4] or (its[3] or '0') ~= ARGV[5] then
  return 'CHANGED'
end
if (redis.call('HGET', KEYS[3], ARGV[2]) or '') ~= ARGV[6] then
  return 'CHANGED'
end
redis.call('HSET', KEYS[2], ARGV[8], ARGV[9])
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[7])
end
redis.call('HINCRBY', KEYS[1], 'rev', 1)
log_repair(KEYS[4], ARGV[1], ARGV[10])
return 'DONE'
