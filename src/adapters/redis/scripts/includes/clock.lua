-- Redis' own clock, in epoch milliseconds: leases and due times know no other.
local function now_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- Work that is owed and not yet taken is looked after this long from now.
local SOON_MS = 3000
-- A waiting job may come this much late before somebody looks after it.
local LATE_MS = 5000
-- In line for a slot: the hand-over wakes it; this is for the case that the hand-over was lost.
local LINE_MS = 60000
