--[[
Gives the right to bring a router's places to what is on record up, for whoever has it or had it last.

KEYS   1 service
ARGV   1 token
Returns nothing
Writes  catchUp, catchUpUntil
]]
if redis.call('HGET', KEYS[1], 'catchUp') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'catchUp', 'catchUpUntil')
end
