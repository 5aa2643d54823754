--[[
Sets a field of a hash that is as it was found. Sent again with the same op it answers as before.

KEYS   1 deployment or service   2 log
ARGV   1 op   2 field   3 value found, empty for none or 0   4 value   5 revision of the deployment, or empty for a service
       6 entry for the log
Returns DONE | CHANGED
Writes  the field, log
]]
--- @include includes/clock.lua
--- @include includes/repair-log.lua

if repaired_before(KEYS[2], ARGV[1]) then
  return 'DONE'
end
local moved_on = ARGV[5] ~= '' and redis.call('HGET', KEYS[1], 'rev') ~= ARGV[5]
local found = redis.call('HGET', KEYS[1], ARGV[2]) or ''
if moved_on or (found == '0' and '' or found) ~= ARGV[3] then
  return 'CHANGED'
end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
log_repair(KEYS[2], ARGV[1], ARGV[6])
return 'DONE'
