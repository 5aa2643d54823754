--[[
Sets a flag to a percentage, or takes it away. Sent again, it changes nothing.
What somebody else made of it since it was set last stays, unless the call may
overwrite that.

KEYS   1 flags   2 ledger   3 changes
ARGV   1 flag   2 percent, or empty to take it away   3 service   4 version
       5 deployment   6 fence   7 record as JSON, without revision and changedAt
       8 most changes that are kept   9 mark of what the caller set last, or empty
       10 mark of what may be overwritten, `any` or empty
Returns SET revision mark | SAME revision mark | FENCED newest fence | FOREIGN service
        | CHANGED mark, the record or empty, the one that was set last or empty
Writes  record, newest fence of the service, revision, change, the record once more
        in the ledger, where nobody changes it
]]
--- @include includes/clock.lua

local ABSENT = 'absent'
local function mark_of(record)
  return record and redis.sha1hex(record) or ABSENT
end

local seen = tonumber(redis.call('HGET', KEYS[2], 'fence:' .. ARGV[3]) or 0)
if tonumber(ARGV[6]) < seen then
  return { 'FENCED', seen }
end

local text = redis.call('HGET', KEYS[1], ARGV[1])
local last = redis.call('HGET', KEYS[2], 'set:' .. ARGV[1])
local readable, record = pcall(cjson.decode, text or 'null')
local before = readable and type(record) == 'table' and record or {}
if before.service and before.service ~= ARGV[3] then
  return { 'FOREIGN', before.service }
end

local taken = ARGV[2] == '' and not text
local mark = mark_of(text)
local ours = mark == ARGV[9] or (last and text == last) or (ARGV[9] == '' and not last and (not text or before.service))
if not (taken or ours or ARGV[10] == 'any' or ARGV[10] == mark) then
  return { 'CHANGED', mark, text or '', last or '' }
end
redis.call('HSET', KEYS[2], 'fence:' .. ARGV[3], ARGV[6])

local same = not text
if ARGV[2] ~= '' then
  same = (not last or text == last) and before.percent == tonumber(ARGV[2]) and before.version == ARGV[4]
    and before.deploymentId == ARGV[5]
end
if same then
  if text then
    redis.call('HSET', KEYS[2], 'set:' .. ARGV[1], text)
  else
    redis.call('HDEL', KEYS[2], 'set:' .. ARGV[1])
  end
  return { 'SAME', tonumber(redis.call('HGET', KEYS[2], 'revision') or 0), mark }
end

local revision = redis.call('HINCRBY', KEYS[2], 'revision', 1)
local new = nil
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], 'set:' .. ARGV[1])
else
  new = string.format('{"revision":%d,"changedAt":%.0f,', revision, now_ms()) .. string.sub(ARGV[7], 2)
  redis.call('HSET', KEYS[1], ARGV[1], new)
  redis.call('HSET', KEYS[2], 'set:' .. ARGV[1], new)
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[8], '*', 'flag', ARGV[1], 'percent', ARGV[2], 'revision', revision)
return { 'SET', revision, mark_of(new) }
