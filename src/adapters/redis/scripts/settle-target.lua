--[[
Notes what a person says runs on a target, and which version is active with it. Sent again with the same op it
answers as before.

KEYS   1 service   2 service targets   3 active   4 log
ARGV   1 op   2 environment/service   3 prefix   4 last fence found, or empty   5 active entry found, or empty
       6 active entry to set, or empty to leave it   7 target   8 its status   9 entry for the log
Returns DONE | CHANGED | BUSY
Writes  the status, active, the service's revision, log
]]
--- @include includes/clock.lua
--- @include includes/repair-log.lua
--- @include includes/under-way.lua

if repaired_before(KEYS[4], ARGV[1]) then
  return 'DONE'
end
local its = redis.call('HMGET', KEYS[1], 'holder', 'fence')
if its[1] or is_busy(KEYS[1], ARGV[3]) then
  return 'BUSY'
end
if (its[2] or '') ~= ARGV[4] or (redis.call('HGET', KEYS[3], ARGV[2]) or '') ~= ARGV[5] then
  return 'CHANGED'
end
redis.call('HSET', KEYS[2], ARGV[7], ARGV[8])
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[6])
end
redis.call('HINCRBY', KEYS[1], 'rev', 1)
log_repair(KEYS[4], ARGV[1], ARGV[9])
return 'DONE'
