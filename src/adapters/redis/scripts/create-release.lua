--[[
Stores a new release, or finds the one of that id; it is to be looked at now.

KEYS   1 release   2 releases   3 due   4 members
ARGV   1 id   2 digest   3 revision   4 created at (ms)   5 body
       6 on: its deployments
Returns CREATED | EXISTS (same digest) | CONFLICT (another digest)
Writes  the release, releases, due, members
]]
--- @include includes/clock.lua

local known = redis.call('HGET', KEYS[1], 'digest')
if known then
  return known == ARGV[2] and 'EXISTS' or 'CONFLICT'
end
redis.call('HSET', KEYS[1], 'digest', ARGV[2], 'rev', ARGV[3], 'body', ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[3], now_ms(), ARGV[1])
for at = 6, #ARGV do
  redis.call('HSET', KEYS[4], ARGV[at], ARGV[1])
end
return 'CREATED'
