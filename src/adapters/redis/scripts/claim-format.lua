--[[
The format of the records: noted where there is none yet, and never changed.

KEYS   1 format
ARGV   1 the caller's
Returns the format of the records
Writes  format
]]
local kept = redis.call('GET', KEYS[1])
if kept then
  return kept
end
redis.call('SETNX', KEYS[1], ARGV[1])
return ARGV[1]
