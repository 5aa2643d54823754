-- Whether a freeze, as it is stored, has ended by now.
local function is_over(freeze, now)
  local ends = cjson.decode(freeze)['until']
  return type(ends) == 'number' and ends <= now
end
