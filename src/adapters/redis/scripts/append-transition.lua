--[[
Writes transitions of one deployment: state, counters, slot, indexes and events, and what they change of the
service, all or nothing. What is active and stable is given, and written where the service is as its writer
saw it. Sent again with the same op it answers as before.

KEYS   1 deployment   2 its targets   3 its events   4 service   5 line   6 stable
       7 service targets   8 counters   9 active   10 events   11 open   12 due   13 ended   14 taken back
ARGV   1 op   2 id   3 expected revision   4 fence[:worker], or empty   5 release the lease 0|1
       6 status after   7 terminal 0|1   8 new work 0|1   9 due at (ms), or empty
       10 place in the line: back | front | empty
       11 active entry, `-` to take it away, or empty to leave it
       12 entry for the top of the stable versions, `pop` to take the top one away, or empty to leave it
       13 expected revision of the service, or empty where nothing of its targets, stable and active entry changes
       14 environment/service   15 service   16 environment   17 version
       18 most events kept   19 created at (ms)   20 automation hold, or empty   21 prefix
       22 fence off whoever is at it 0|1   23 most entries kept on the stable versions
       24 how many of the stable versions the new one replaces   25 most entries kept of what was taken back
       26 number of fields, then name and value of each (with `status` among them)
       then the number of targets, then id and progress of each
       then the number of the service's targets that change, then id and status of each, or empty where nothing is
       kept of it any more (includes/hash.lua)
       then the number of stable versions that were taken back with it, then the entry of each, newest first
       then the number of events, then seven arguments of each (includes/events.lua)
Returns OK run revision-of-the-service [next deployment, its status, its run] | STALE | FENCED | MISSING
Writes  all of the above; hands the slot to the next in line when the deployment ends, or is a draft again
]]
--- @include includes/clock.lua
--- @include includes/fence.lua
--- @include includes/work.lua
--- @include includes/hash.lua
--- @include includes/events.lua
--- @include includes/slot.lua
--- @include includes/places.lua

local id, status = ARGV[2], ARGV[6]
local fence, worker = fence_and_worker(ARGV[4])
local terminal = ARGV[7] == '1'
local ENDED = { completed = true, rolled_back = true, failed = true, cancelled = true }
local was = redis.call('HMGET', KEYS[1], 'status', 'rev', 'run', 'fence', 'op', 'leaseUntil', 'limits', 'leaseOwner',
  'opServiceRev')
if not was[1] then
  return { 'MISSING' }
end
if was[5] == ARGV[1] then
  return { 'OK', was[3], was[9] or 0 }
end
if fence ~= '' and fence ~= was[4] then
  return { 'FENCED' }
end
if is_anothers(fence, worker, was[4], was[8]) then
  return { 'FENCED' }
end
-- Also where it came too late: the next try finds nobody writing.
if ARGV[22] == '1' and not ENDED[was[1]] then
  redis.call('HSET', KEYS[1], 'fence', redis.call('HINCRBY', KEYS[4], 'fence', 1))
end
if was[2] ~= ARGV[3] then
  return { 'STALE' }
end
local service_at = after_pairs(after_pairs(26))
local service_rev = redis.call('HGET', KEYS[4], 'rev') or '0'
local changes_service = ARGV[11] ~= '' or ARGV[12] ~= '' or ARGV[service_at] ~= '0'
if changes_service and service_rev ~= ARGV[13] then
  return { 'STALE' }
end

local was_terminal = ENDED[was[1]]
-- A draft again: it asks for its approvals anew, and must not keep others waiting meanwhile.
local leaves = terminal or (status == 'draft' and was[1] ~= status)
put_pairs(KEYS[2], put_pairs(KEYS[1], 26))
local taken_at = put_or_take_pairs(KEYS[7], service_at)
local events_at = taken_at + 1 + tonumber(ARGV[taken_at])
local run = was[3]
if ARGV[8] == '1' then
  run = redis.call('HINCRBY', KEYS[1], 'run', 1)
end
if was[1] ~= status then
  redis.call('HINCRBY', KEYS[8], was[1], -1)
  redis.call('HINCRBY', KEYS[8], status, 1)
end

-- What is active, the stable versions, and the revision of both and of the targets.
if ARGV[11] == '-' then
  redis.call('HDEL', KEYS[9], ARGV[14])
elseif ARGV[11] ~= '' then
  redis.call('HSET', KEYS[9], ARGV[14], ARGV[11])
end
if ARGV[12] == 'pop' then
  redis.call('LPOP', KEYS[6])
elseif ARGV[12] ~= '' then
  redis.call('LTRIM', KEYS[6], ARGV[24], -1)
  redis.call('LPUSH', KEYS[6], ARGV[12])
  redis.call('LTRIM', KEYS[6], 0, ARGV[23] - 1)
end
for at = events_at - 1, taken_at + 1, -1 do
  redis.call('LPUSH', KEYS[14], ARGV[at])
  redis.call('LTRIM', KEYS[14], 0, ARGV[25] - 1)
end
if changes_service then
  service_rev = redis.call('HINCRBY', KEYS[4], 'rev', 1)
end
redis.call('HSET', KEYS[1], 'op', ARGV[1], 'opServiceRev', service_rev)

if ARGV[20] ~= '' then
  redis.call('HSET', KEYS[4], 'automationHold', ARGV[20])
end

-- The slot, the line, and whose turn it is.
local handed = {}
if leaves then
  free_limits(was[7], ARGV[21], id)
  handed = hand_over(KEYS[4], KEYS[5], KEYS[12], id, ARGV[21] .. ':deployment:')
end
if terminal then
  redis.call('ZREM', KEYS[11], id)
  -- What is told of it behind its end is not its end.
  if not was_terminal then
    redis.call('SET', KEYS[13], id)
  end
else
  if ARGV[10] ~= '' and redis.call('HGET', KEYS[4], 'holder') ~= id then
    local arrival = redis.call('HINCRBY', KEYS[4], 'arrivals', 1)
    redis.call('ZADD', KEYS[5], 'NX', ARGV[10] == 'front' and -arrival or arrival, id)
  end
  if was_terminal then
    redis.call('ZADD', KEYS[11], ARGV[19], id)
  end
end

-- Under a lease the claim and its renewals have said when to look again.
local leased = was[6] and fence ~= ''
-- Ended from outside it stays, until the worker has let go: nobody else may begin before.
if fence ~= '' and (leaves or ARGV[5] == '1') then
  redis.call('HDEL', KEYS[1], 'leaseUntil')
  leased = false
end
if leaves then
  leave_places(ARGV[21], ARGV[14], id)
end
if terminal or not (work_owed(status) or ARGV[9] ~= '') then
  redis.call('ZREM', KEYS[12], id)
elseif not leased then
  redis.call('ZADD', KEYS[12], ARGV[9] ~= '' and ARGV[9] + LATE_MS or now_ms() + SOON_MS, id)
end

local subject = { id = id, service = ARGV[15], environment = ARGV[16], version = ARGV[17] }
append_events(events_at, KEYS[3], KEYS[10], KEYS[8], ARGV[18], subject)
return { 'OK', run, service_rev, unpack(handed) }
