--[[
Keeps who is signed in until the session's end; what has ended goes. Sent again it does nothing more.

KEYS   1 sessions   2 ends
ARGV   1 id   2 until   3 session, as JSON   4 how many are kept at most
Returns OK
Writes  sessions, ends
]]
--- @include includes/clock.lua

local function drop(ids)
  for _, id in ipairs(ids) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end

drop(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now_ms(), 'LIMIT', 0, 1000))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  drop(redis.call('ZRANGE', KEYS[2], 0, over - 1))
end
return 'OK'
