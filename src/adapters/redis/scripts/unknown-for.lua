--[[
For how long nobody has been known who could carry a job out; from now on where that was never said.

KEYS   1 job
ARGV   none
Returns milliseconds
Writes  the job's `unknownSince`, once
]]
--- @include includes/clock.lua

local now = now_ms()
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSETNX', KEYS[1], 'unknownSince', now)
end
return now - (tonumber(redis.call('HGET', KEYS[1], 'unknownSince') or now) or now)
