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

local UNKNOWN = '{"version":null,"deploymentId":null,"healthy":null}'

-- Writes a counted list of targets and what was learnt of each. Of a share alone the rest stays as it
-- is known: a deployment that only moved traffic can't say what runs there.
-- As text: to read and write numbers again would round them.
local function put_known(key, at)
  local last = at + 2 * tonumber(ARGV[at])
  for place = at + 1, last, 2 do
    local fact = ARGV[place + 1]
    local share = string.match(fact, '^{"share":([^,}]+)}$')
    if share then
      local rest = string.gsub(redis.call('HGET', key, ARGV[place]) or UNKNOWN, ',"share":[^,}]+', '')
      fact = string.sub(rest, 1, -2) .. ',"share":' .. share .. '}'
    end
    redis.call('HSET', key, ARGV[place], fact)
  end
  return last + 1
end
