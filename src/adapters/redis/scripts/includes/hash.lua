-- Where the arguments go on behind a counted list of names and values.
local function after_pairs(at)
  return at + 2 * tonumber(ARGV[at]) + 1
end

-- Writes such a list into a hash, and answers where the arguments go on.
-- In parts: Lua unpacks some thousand values at a time, and no more.
local function put_pairs(key, at)
  local behind = after_pairs(at)
  at = at + 1
  while at < behind do
    local part = math.min(behind - 1, at + 1999)
    redis.call('HSET', key, unpack(ARGV, at, part))
    at = part + 1
  end
  return behind
end

-- The same, where what has no value is taken away.
local function put_or_take_pairs(key, at)
  local behind = put_pairs(key, at)
  for name = at + 1, behind - 1, 2 do
    if ARGV[name + 1] == '' then
      redis.call('HDEL', key, ARGV[name])
    end
  end
  return behind
end
