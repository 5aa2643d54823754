-- The log of repairs: what was repaired by whom and why, newest first. Needs includes/clock.lua.
local REPAIRS_KEPT = 1000

-- Whether this operation was done before: its reply was lost, and it was sent again.
local function repaired_before(log, op)
  for _, entry in ipairs(redis.call('LRANGE', log, 0, 19)) do
    if string.find(entry, '"op":"' .. op .. '"', 1, true) == 2 then
      return true
    end
  end
  return false
end

-- `entry` is a JSON object that is not empty; the moment is told by Redis' own clock.
local function log_repair(log, op, entry)
  local head = string.format('{"op":"%s","at":%.0f,', op, now_ms())
  redis.call('LPUSH', log, head .. string.sub(entry, 2))
  redis.call('LTRIM', log, 0, REPAIRS_KEPT - 1)
end
