--[[
Ends sessions; those that there are not are passed over.

KEYS   1 sessions   2 ends
ARGV   ids
Returns OK
Writes  sessions, ends
]]
for _, id in ipairs(ARGV) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
return 'OK'
