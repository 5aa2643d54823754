-- Environments of one service may have the same targets: each says here which places it has in hand, as
-- `<deployment> <places as JSON>`. One that left while its worker may still be letting go begins with `-`.

-- A lease further away than this was written by a clock that has been set back since: it counts as expired.
local LONGEST_LEASE_MS = 600000

local function is_leased(id, prefix)
  local ends = tonumber(redis.call('HGET', prefix .. ':deployment:' .. id, 'leaseUntil') or 0) or 0
  local now = now_ms()
  return ends > now and ends <= now + LONGEST_LEASE_MS
end

local function places_key(prefix, service)
  return prefix .. ':places:' .. string.match(service, '/(.*)$')
end

local function entry_of(text)
  local left, id, places = string.match(text, '^(%-?)(%S+) (.*)$')
  return { id = id, left = left == '-', places = places }
end

-- Whether the deployment of an entry works there still.
local function is_at_work(entry, prefix, service)
  local its = redis.call('HMGET', prefix .. ':service:' .. service, 'holder', 'claimant')
  if its[1] == entry.id and not entry.left then
    return true
  end
  return its[2] == entry.id and is_leased(entry.id, prefix)
end

-- Takes the places of a deployment in hand; answers who has one of them in another environment, which, and where.
local function take_places(prefix, service, id, places)
  local key = places_key(prefix, service)
  local environment, name = string.match(service, '^([^/]*)/(.*)$')
  local theirs, own = redis.call('HGETALL', key), {}
  for at = 1, #theirs, 2 do
    local entry = entry_of(theirs[at + 1])
    if theirs[at] == environment and entry.id == id and not entry.left then
      return
    end
  end
  for _, place in ipairs(cjson.decode(places)) do
    own[place] = true
  end
  for at = 1, #theirs, 2 do
    local entry = entry_of(theirs[at + 1])
    if theirs[at] ~= environment and is_at_work(entry, prefix, theirs[at] .. '/' .. name) then
      for _, place in ipairs(cjson.decode(entry.places)) do
        if own[place] then
          return entry.id, place, theirs[at]
        end
      end
    end
  end
  redis.call('HSET', key, environment, id .. ' ' .. places)
end

-- What a deployment had in hand is free again, or as soon as its worker has let go.
local function leave_places(prefix, service, id)
  local key, environment = places_key(prefix, service), string.match(service, '^[^/]*')
  local text = redis.call('HGET', key, environment)
  if not text or entry_of(text).id ~= id then
    return
  end
  if is_leased(id, prefix) then
    redis.call('HSET', key, environment, '-' .. text)
  else
    redis.call('HDEL', key, environment)
  end
end
