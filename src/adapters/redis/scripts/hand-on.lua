--[[
Gives a job that a worker holds to those who are configured for it. It sleeps
meanwhile: whoever takes it takes it out of `delayed`, and where nobody does, it
wakes by itself and is looked at again. No attempt is counted.

KEYS   1 active   2 delayed   3 job   4 its lock   5 stalled   6 handed   7 its inbox
ARGV   1 job id   2 token   3 inbox   4 wakes in (ms)   5 for how long the inbox is kept (ms)
       6 1: somebody is known who carries it out
Returns 1 | 0 where this worker does not hold it any more
Writes  all of them
]]
--- @include includes/clock.lua

if redis.call('GET', KEYS[4]) ~= ARGV[2] or redis.call('EXISTS', KEYS[3]) == 0 then
  return 0
end
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 0 then
  return 0
end
local now = now_ms()
redis.call('DEL', KEYS[4])
redis.call('SREM', KEYS[5], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'ats', -1)
if ARGV[6] == '1' then
  redis.call('HDEL', KEYS[3], 'unknownSince')
end
-- BullMQ's scores of what is delayed: milliseconds with twelve bits of order behind them.
redis.call('ZADD', KEYS[2], (now + ARGV[4]) * 0x1000, ARGV[1])
redis.call('ZADD', KEYS[7], 'NX', now, ARGV[1])
redis.call('PEXPIRE', KEYS[7], ARGV[5])
-- An inbox that nobody took from is gone by then.
redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now)
redis.call('ZADD', KEYS[6], now + ARGV[5], ARGV[3])
return 1
