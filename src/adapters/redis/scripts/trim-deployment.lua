--[[
Prunes one ended deployment that nobody needs any more, with all that is kept of it, all or nothing.
Asks everything again that may have changed since somebody looked. Sent again, it finds nothing to do.

KEYS   1 deployment   2 its targets   3 its events   4 active   5 history   6 ended   7 due   8 open
       9 members of releases   10 open promotions   11 amounts trimmed   12 trimmed lately
ARGV   1 id   2 ended before (ms)   3 as many newer ones of its service as there must be
       4 prefix   5 how many are remembered as trimmed
       (the service's keys follow from the deployment's own `svc`; they share its slot)
Returns TRIMMED | GONE
        KEPT, and who needs it: open | recent | newest | worked_on | active | stable | last | slot |
        target | automation | release | promotion | job
Writes  the deployment, its targets, events and output, both histories, amounts trimmed, trimmed lately
]]
--- @include includes/clock.lua

local ENDED = { completed = true, rolled_back = true, failed = true, cancelled = true }
local id, prefix = ARGV[1], ARGV[4]
local record = redis.call('HMGET', KEYS[1], 'status', 'svc', 'endedAt', 'leaseUntil', 'run', 'head')
local status, svc = record[1], record[2]
if not status or not svc then
  return { 'GONE' }
end
local service = prefix .. ':service:' .. svc
local function kept(why)
  return { 'KEPT', why }
end
-- What does not contain the id at all need not be read; what cannot be read is left alone.
local function names_it(json, is_its)
  if not json or not string.find(json, id, 1, true) then
    return false
  end
  local read, entry = pcall(cjson.decode, json)
  return not read or is_its(entry)
end
local function is_of_it(entry)
  return entry.deploymentId == id
end
-- The last one to call a target, or to have left a call open there: it may still be going on.
local function called_it(status)
  return status.by == id or (type(status.call) == 'table' and status.call.deploymentId == id)
end

-- Its age.
local ended_at = tonumber(record[3] or '')
if not ENDED[status] or redis.call('ZSCORE', KEYS[7], id) or redis.call('ZSCORE', KEYS[8], id) then
  return kept('open')
end
if not ended_at or ended_at > tonumber(ARGV[2]) then
  return kept('recent')
end
local newer = redis.call('ZREVRANK', service .. ':history', id)
if not newer or newer < tonumber(ARGV[3]) then
  return kept('newest')
end
if (tonumber(record[4] or 0) or 0) > now_ms() then
  return kept('worked_on')
end

-- Whoever names it: what is live, what a rollback goes back to, whoever is at work.
if names_it(redis.call('HGET', KEYS[4], svc), is_of_it) then
  return kept('active')
end
for _, entry in ipairs(redis.call('LRANGE', service .. ':stable', 0, -1)) do
  if names_it(entry, is_of_it) then
    return kept('stable')
  end
end
if redis.call('GET', KEYS[6]) == id then
  return kept('last')
end
local its = redis.call('HMGET', service, 'holder', 'automationHold')
local waiting = redis.call('ZRANGE', service .. ':line', 0, -1)
waiting[#waiting + 1] = its[1] or nil
for _, other in ipairs(waiting) do
  if other == id or names_it(redis.call('HGET', prefix .. ':deployment:' .. other, 'previous'), is_of_it) then
    return kept('slot')
  end
end
local touched = redis.call('HKEYS', KEYS[2])
for at = 1, #touched, 1000 do
  local some = { unpack(touched, at, math.min(#touched, at + 999)) }
  for _, status in ipairs(redis.call('HMGET', service .. ':targets', unpack(some))) do
    if names_it(status, called_it) then
      return kept('target')
    end
  end
end
if names_it(its[2], is_of_it) then
  return kept('automation')
end

-- What goes on beyond the service: open releases and promotions, and jobs that have not had their turn.
if redis.call('HGET', KEYS[9], id) then
  return kept('release')
end
local environment = string.match(svc, '^(.-)/')
local source = string.match(record[6] or '', '"promotedFrom":"(dep_[0-9a-z]+)"')
if source and redis.call('ZSCORE', KEYS[10], source .. '.' .. environment) then
  return kept('promotion')
end
for _, promotion in ipairs(redis.call('SMEMBERS', service .. ':promotions')) do
  if string.sub(promotion, 1, #id + 1) == id .. '.' then
    return kept('promotion')
  end
end
local runs = tonumber(record[5] or 0) or 0
for run = math.max(1, runs - 9), runs do
  for _, kind in ipairs({ 'execute', 'verify', 'rollback' }) do
    local job = id .. '.' .. kind .. '.' .. run
    if redis.call('ZSCORE', prefix .. ':' .. kind .. ':delayed', job) then
      return kept('job')
    end
  end
end

local created_at = redis.call('ZSCORE', KEYS[5], id)
local output = KEYS[1] .. ':output'
for _, field in ipairs(redis.call('HKEYS', output)) do
  local call = string.match(field, '^call:(.+)$')
  if call then
    redis.call('UNLINK', output .. ':' .. call)
  end
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], output)
redis.call('ZREM', KEYS[5], id)
redis.call('ZREM', service .. ':history', id)
redis.call('HINCRBY', KEYS[11], status, 1)
if created_at then
  redis.call('ZADD', KEYS[12], created_at, id)
  redis.call('ZREMRANGEBYRANK', KEYS[12], 0, -ARGV[5] - 1)
end
return { 'TRIMMED' }
