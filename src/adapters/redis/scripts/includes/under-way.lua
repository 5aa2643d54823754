-- Whether a deployment is under way, or a worker has a lease on it. Needs includes/clock.lua.
local UNDER_WAY = { executing = true, verifying = true, paused = true, rolling_back = true }

local function under_way(id, prefix)
  local found = redis.call('HMGET', prefix .. ':deployment:' .. id, 'status', 'leaseUntil')
  return UNDER_WAY[found[1]] or (tonumber(found[2] or 0) or 0) > now_ms()
end

-- Whether somebody changes the service: then nobody else may touch what it goes by.
local function is_busy(service, prefix)
  local its = redis.call('HMGET', service, 'holder', 'claimant')
  if its[1] and under_way(its[1], prefix) then
    return true
  end
  -- Ended from outside, its worker may still be at it.
  local leased = its[2] and redis.call('HGET', prefix .. ':deployment:' .. its[2], 'leaseUntil')
  return (tonumber(leased or 0) or 0) > now_ms()
end
