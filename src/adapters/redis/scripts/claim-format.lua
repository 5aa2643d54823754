--[[
The format of the records: noted where there is none yet, and raised by a version that writes a newer one.

KEYS   1 format
ARGV   1 the caller's
Returns the format from now on
Writes  format
]]
local kept = tonumber(redis.call('GET', KEYS[1]) or '')
local own = tonumber(ARGV[1])
if kept and kept >= own then
  return kept
end
redis.call('SET', KEYS[1], ARGV[1])
return own
