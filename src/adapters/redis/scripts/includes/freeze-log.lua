-- The log of freezes: what was done by whom, newest first. Needs includes/clock.lua.
local LOG_LENGTH = 1000

-- The act of this operation, if it was done before: its reply was lost, and it was sent again.
local function done_before(log, op)
  for _, entry in ipairs(redis.call('LRANGE', log, 0, 19)) do
    local act = cjson.decode(entry)
    if act.op == op then
      return act
    end
  end
  return nil
end

-- `what` is kept so that the same operation sent again is answered with it; an empty `by` is nobody.
local function log_act(log, op, type, subject, by, what)
  local act = { op = op, type = type, subject = subject, at = now_ms(), what = what }
  act.reason = cjson.decode(what).reason
  if by ~= '' then
    act.by = by
  end
  redis.call('LPUSH', log, cjson.encode(act))
  redis.call('LTRIM', log, 0, LOG_LENGTH - 1)
end
