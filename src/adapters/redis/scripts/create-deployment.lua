--[[
Stores a new deployment with its first events, or finds the one of that id.

KEYS   1 deployment   2 its events   3 service   4 line   5 service history
       6 counters   7 events   8 history   9 open   10 due   11 ended
ARGV   1 id   2 digest   3 created at (ms)   4 status   5 terminal 0|1
       6 service   7 environment   8 version   9 most events kept   10 due at (ms), or empty
       11 place in the line, where it is approved: back | front
       12 number of fields, then name and value of each (with `digest`, `status` and `fence` among them)
       then the number of events, then seven arguments of each (includes/events.lua)
Returns CREATED | EXISTS (same digest) | CONFLICT (another digest)
Writes  the deployment, counters, indexes, a place in the line when approved, events
]]
--- @include includes/clock.lua
--- @include includes/work.lua
--- @include includes/hash.lua
--- @include includes/events.lua

local id, digest, created_at, status = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local known = redis.call('HGET', KEYS[1], 'digest')
if known then
  return { known == digest and 'EXISTS' or 'CONFLICT' }
end

local now = now_ms()
local at = put_pairs(KEYS[1], 12)
redis.call('HINCRBY', KEYS[6], status, 1)
redis.call('ZADD', KEYS[5], created_at, id)
redis.call('ZADD', KEYS[8], created_at, id)
if ARGV[5] == '1' then
  redis.call('SET', KEYS[11], id)
else
  redis.call('ZADD', KEYS[9], created_at, id)
end
if work_owed(status) then
  local arrival = redis.call('HINCRBY', KEYS[3], 'arrivals', 1)
  redis.call('ZADD', KEYS[4], ARGV[11] == 'front' and -arrival or arrival, id)
  redis.call('ZADD', KEYS[10], now + SOON_MS, id)
elseif ARGV[10] ~= '' then
  redis.call('ZADD', KEYS[10], ARGV[10] + LATE_MS, id)
end
local subject = { id = id, service = ARGV[6], environment = ARGV[7], version = ARGV[8] }
append_events(at, KEYS[2], KEYS[7], KEYS[6], ARGV[9], subject)
return { 'CREATED' }
