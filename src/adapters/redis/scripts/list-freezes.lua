--[[
The freezes that are not over; those that are it clears away.

KEYS   1 freezes
Returns a list of freezes, each as JSON
Writes  freezes
]]
--- @include includes/clock.lua
--- @include includes/freeze-over.lua

local now, standing = now_ms(), {}
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  if is_over(all[at + 1], now) then
    redis.call('HDEL', KEYS[1], all[at])
  else
    standing[#standing + 1] = all[at + 1]
  end
end
return standing
