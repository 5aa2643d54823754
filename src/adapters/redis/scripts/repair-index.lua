--[[
Puts a deployment into an index or takes it out. Sent again with the same op it answers as before.

KEYS   1 deployment   2 index, a sorted set or a set   3 log
ARGV   1 op   2 id   3 its revision, or empty where it must have no record
       4 put | remove   5 sorted | plain   6 score, or empty for now   7 entry for the log
Returns DONE | CHANGED
Writes  the index, log
]]
--- @include includes/clock.lua
--- @include includes/repair-log.lua

local id, put, sorted = ARGV[2], ARGV[4] == 'put', ARGV[5] == 'sorted'
if repaired_before(KEYS[3], ARGV[1]) then
  return 'DONE'
end
local there
if sorted then
  there = redis.call('ZSCORE', KEYS[2], id) ~= false
else
  there = redis.call('SISMEMBER', KEYS[2], id) == 1
end
local revision = redis.call('HGET', KEYS[1], 'rev') or ''
if revision ~= ARGV[3] or there == put then
  return 'CHANGED'
end
if put and sorted then
  redis.call('ZADD', KEYS[2], ARGV[6] ~= '' and ARGV[6] or now_ms(), id)
elseif put then
  redis.call('SADD', KEYS[2], id)
elseif sorted then
  redis.call('ZREM', KEYS[2], id)
else
  redis.call('SREM', KEYS[2], id)
end
log_repair(KEYS[3], ARGV[1], ARGV[7])
return 'DONE'
