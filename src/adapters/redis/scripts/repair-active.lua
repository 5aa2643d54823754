--[[
Sets what is active in a service and its stable versions, unless somebody changes the service or what is there is not what
was found. Sent again with the same op it answers as before.

KEYS   1 service   2 active   3 stable   4 log
ARGV   1 op   2 environment/service   3 prefix   4 active entry found, or empty   5 active entry to set, or empty
       6 the service's revision found   7 entry for the log
       8 number of entries found on the stable versions, then each
       then the number of entries to put there, then each, from the top
Returns DONE | CHANGED | BUSY
Writes  active, stable, the service's revision, log
]]
--- @include includes/clock.lua
--- @include includes/repair-log.lua
--- @include includes/under-way.lua

local name = ARGV[2]
if repaired_before(KEYS[4], ARGV[1]) then
  return 'DONE'
end
if is_busy(KEYS[1], ARGV[3]) then
  return 'BUSY'
end
local stable = redis.call('LRANGE', KEYS[3], 0, -1)
local found = tonumber(ARGV[8])
if (redis.call('HGET', KEYS[1], 'rev') or '0') ~= ARGV[6] then
  return 'CHANGED'
end
if (redis.call('HGET', KEYS[2], name) or '') ~= ARGV[4] or #stable ~= found then
  return 'CHANGED'
end
for at, entry in ipairs(stable) do
  if entry ~= ARGV[8 + at] then
    return 'CHANGED'
  end
end

if ARGV[5] == '' then
  redis.call('HDEL', KEYS[2], name)
else
  redis.call('HSET', KEYS[2], name, ARGV[5])
end
redis.call('LTRIM', KEYS[3], 1, 0)
for at = 10 + found, #ARGV do
  redis.call('RPUSH', KEYS[3], ARGV[at])
end
redis.call('HINCRBY', KEYS[1], 'rev', 1)
log_repair(KEYS[4], ARGV[1], ARGV[7])
return 'DONE'
