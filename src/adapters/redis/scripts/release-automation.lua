--[[
Lets automation begin on a service again. Sent again with the same op it answers as before.

KEYS   1 service   2 log
ARGV   1 op   2 environment/service   3 by, or empty
Returns what was held, as JSON | nil where nothing was
Writes  `automationHold` of the service, log
]]
--- @include includes/clock.lua
--- @include includes/freeze-log.lua

local before = done_before(KEYS[2], ARGV[1])
if before then
  return before.what
end
local hold = redis.call('HGET', KEYS[1], 'automationHold')
if not hold then
  return nil
end
redis.call('HDEL', KEYS[1], 'automationHold')
log_act(KEYS[2], ARGV[1], 'automation_released', ARGV[2], ARGV[3], hold)
return hold
