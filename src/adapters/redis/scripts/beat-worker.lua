--[[
A worker's sign of life, and who else gave one lately.

KEYS   1 workers   2 seen
ARGV   1 id   2 for how long a sign counts (ms)
Returns UNKNOWN where it has to announce itself again
        else now, then record and time seen in turn
Writes  seen
]]
--- @include includes/clock.lua

if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return { 'UNKNOWN' }
end
local now = now_ms()
redis.call('ZADD', KEYS[2], now, ARGV[1])
local answer = { tostring(now) }
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], now - ARGV[2], '+inf')) do
  local record = redis.call('HGET', KEYS[1], id)
  if record then
    answer[#answer + 1] = record
    answer[#answer + 1] = redis.call('ZSCORE', KEYS[2], id)
  end
end
return answer
