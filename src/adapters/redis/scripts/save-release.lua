--[[
Writes a release in place of the revision it came from. Sent again with the same op it answers as before.

KEYS   1 release   2 due   3 members
ARGV   1 op   2 id   3 expected revision   4 revision after   5 ended 0|1   6 look in (ms)   7 body
       8 on: its deployments
Returns OK | STALE | MISSING
Writes  the release, due, members
]]
--- @include includes/clock.lua

local was = redis.call('HMGET', KEYS[1], 'rev', 'op')
if not was[1] then
  return 'MISSING'
end
if was[2] == ARGV[1] then
  return 'OK'
end
if was[1] ~= ARGV[3] then
  return 'STALE'
end
redis.call('HSET', KEYS[1], 'rev', ARGV[4], 'op', ARGV[1], 'body', ARGV[7])
local ended = ARGV[5] == '1'
if ended then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  redis.call('ZADD', KEYS[2], now_ms() + ARGV[6], ARGV[2])
end
for at = 8, #ARGV do
  if ended then
    redis.call('HDEL', KEYS[3], ARGV[at])
  else
    redis.call('HSET', KEYS[3], ARGV[at], ARGV[2])
  end
end
return 'OK'
