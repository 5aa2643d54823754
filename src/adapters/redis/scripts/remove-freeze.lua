--[[
Lifts a freeze. Sent again with the same op it answers as before.

KEYS   1 freezes   2 log
ARGV   1 op   2 id   3 by, or empty
Returns the freeze, as JSON | nil where there is none, or it is over
Writes  freezes, log
]]
--- @include includes/clock.lua
--- @include includes/freeze-log.lua
--- @include includes/freeze-over.lua

local before = done_before(KEYS[2], ARGV[1])
if before then
  return before.what
end
local freeze = redis.call('HGET', KEYS[1], ARGV[2])
if not freeze then
  return nil
end
redis.call('HDEL', KEYS[1], ARGV[2])
if is_over(freeze, now_ms()) then
  return nil
end
log_act(KEYS[2], ARGV[1], 'unfrozen', ARGV[2], ARGV[3], freeze)
return freeze
