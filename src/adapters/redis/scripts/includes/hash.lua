-- Writes a counted list of names and values into a hash and answers where the arguments go on.
-- In parts: Lua unpacks some thousand values at a time, and no more.
local function put_pairs(key, at)
  local last = at + 2 * tonumber(ARGV[at])
  at = at + 1
  while at <= last do
    local part = math.min(last, at + 1999)
    redis.call('HSET', key, unpack(ARGV, at, part))
    at = part + 1
  end
  return at
end
