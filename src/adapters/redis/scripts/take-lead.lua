--[[
Whether this worker leads, for a while.

KEYS   1 leader
ARGV   1 worker   2 for how long (ms)
Returns 1 | 0
Writes  leader
]]
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
