--[[
Completes a deployment's way back as a person says it was walked by hand: with a fence of its own, unless
anybody holds the slot or things are not as they were found. Sent again with the same op it answers as before.

KEYS   1 to 14 as append-transition.lua   15 log
ARGV   as append-transition.lua, without a fence; behind all of its own
       the last but two: last fence found   the last but one: active entry found   the last: entry for the log
Returns BUSY | CHANGED | as append-transition.lua
Writes  fence of service and deployment, log, and what append-transition.lua does
]]
--- @include includes/clock.lua
--- @include includes/fence.lua
--- @include includes/work.lua
--- @include includes/hash.lua
--- @include includes/events.lua
--- @include includes/slot.lua
--- @include includes/places.lua
--- @include includes/repair-log.lua
--- @include includes/under-way.lua

if not repaired_before(KEYS[15], ARGV[1]) then
  local its = redis.call('HMGET', KEYS[4], 'holder', 'fence', 'rev')
  if its[1] or is_busy(KEYS[4], ARGV[21]) then
    return { 'BUSY' }
  end
  local active = redis.call('HGET', KEYS[9], ARGV[14])
  if its[2] ~= ARGV[#ARGV - 2] or active ~= ARGV[#ARGV - 1] then
    return { 'CHANGED' }
  end
  if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[3] or (its[3] or '0') ~= ARGV[13] then
    return { 'CHANGED' }
  end
  redis.call('HSET', KEYS[1], 'fence', redis.call('HINCRBY', KEYS[4], 'fence', 1))
  log_repair(KEYS[15], ARGV[1], ARGV[#ARGV])
end
--- @include append-transition.lua
