--[[
Something happened to deployments: the open releases that they belong to are looked at before all others.

KEYS   1 members   2 due
ARGV   deployments
Returns nothing
Writes  due
]]
for at = 1, #ARGV do
  local release = redis.call('HGET', KEYS[1], ARGV[at])
  if release then
    redis.call('ZADD', KEYS[2], 'XX', 0, release)
  end
end
