--[[
Lets one release or promotion go that nothing can become of any more. Sent again, it finds nothing to do.

KEYS   1 record   2 all of its kind   3 open ones of its kind
ARGV   1 id   2 ended before (ms)
Returns TRIMMED | KEPT
Writes  the record, all of its kind
]]
local id = ARGV[1]
if redis.call('ZSCORE', KEYS[3], id) then
  return 'KEPT'
end
local body = redis.call('HGET', KEYS[1], 'body')
if body then
  local record = cjson.decode(body)
  local at = type(record.endedAt) == 'number' and record.endedAt or record.createdAt
  if at > tonumber(ARGV[2]) then
    return 'KEPT'
  end
end
redis.call('UNLINK', KEYS[1])
redis.call('ZREM', KEYS[2], id)
return 'TRIMMED'
