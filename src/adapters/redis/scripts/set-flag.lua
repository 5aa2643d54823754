--[[
Sets a flag to a percentage, or takes it away. Sent again, it changes nothing.

KEYS   1 flags   2 ledger   3 changes
ARGV   1 flag   2 percent, or empty to take it away   3 service   4 version
       5 deployment   6 fence   7 record as JSON, without revision and changedAt
       8 most changes that are kept
Returns SET revision | SAME revision | FENCED newest fence | FOREIGN service
Writes  record, newest fence of the service, revision, change
]]
--- @include includes/clock.lua

local seen = tonumber(redis.call('HGET', KEYS[2], 'fence:' .. ARGV[3]) or 0)
if tonumber(ARGV[6]) < seen then
  return { 'FENCED', seen }
end

local text = redis.call('HGET', KEYS[1], ARGV[1])
local readable, record = pcall(cjson.decode, text or 'null')
local before = readable and type(record) == 'table' and record or {}
if before.service and before.service ~= ARGV[3] then
  return { 'FOREIGN', before.service }
end
redis.call('HSET', KEYS[2], 'fence:' .. ARGV[3], ARGV[6])

local same = not text
if ARGV[2] ~= '' then
  same = before.percent == tonumber(ARGV[2]) and before.version == ARGV[4] and before.deploymentId == ARGV[5]
end
if same then
  return { 'SAME', tonumber(redis.call('HGET', KEYS[2], 'revision') or 0) }
end

local revision = redis.call('HINCRBY', KEYS[2], 'revision', 1)
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  local head = string.format('{"revision":%d,"changedAt":%.0f,', revision, now_ms())
  redis.call('HSET', KEYS[1], ARGV[1], head .. string.sub(ARGV[7], 2))
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[8], '*', 'flag', ARGV[1], 'percent', ARGV[2], 'revision', revision)
return { 'SET', revision }
