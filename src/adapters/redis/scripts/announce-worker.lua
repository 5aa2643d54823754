--[[
What a worker says of itself as it starts, and again where Redis forgot it.

KEYS   1 workers   2 seen   3 knowledge   4 outlines   5 said
ARGV   1 id   2 record   3 digest of what it knows   4 what it knows
       then fingerprint and outline in turn
Returns nothing
Writes  all five; forgets who was not seen, and what nobody said, for KEPT_MS
]]
--- @include includes/clock.lua

local KEPT_MS = 30 * 24 * 3600 * 1000
local MOST_WORKERS = 500

local now = now_ms()
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('HSET', KEYS[3], ARGV[3], ARGV[4])
redis.call('ZADD', KEYS[5], now, 'k' .. ARGV[3])
for at = 5, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[at], ARGV[at + 1])
  redis.call('ZADD', KEYS[5], now, 'o' .. ARGV[at])
end

local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - KEPT_MS)
local many = redis.call('ZCARD', KEYS[2]) - MOST_WORKERS
if many > #gone then
  gone = redis.call('ZRANGE', KEYS[2], 0, many - 1)
end
for _, id in ipairs(gone) do
  redis.call('ZREM', KEYS[2], id)
  redis.call('HDEL', KEYS[1], id)
end
for _, said in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now - KEPT_MS)) do
  redis.call('ZREM', KEYS[5], said)
  redis.call('HDEL', said:sub(1, 1) == 'k' and KEYS[3] or KEYS[4], said:sub(2))
end
return ''
