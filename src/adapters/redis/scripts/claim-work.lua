--[[
Takes up one kind of work on a deployment: the slot or a place in the line, a lease, a new fence.

KEYS   1 deployment   2 its targets   3 due
ARGV   1 id   2 kind of work   3 worker   4 lease (ms)   5 prefix
       (the service's keys follow from the deployment's own `svc`; they share its slot)
Returns MISSING
        NOT_OWED record targets
        LEASED record targets ms
        WAITING record targets holder automation-hold freezes
        LIMITED record targets key most
        TAKEN record targets deployment place its-environment
        CLAIMED record targets fence service automation-hold freezes
        (the service as includes/service-record.lua answers it)
Writes  slot, line, lease, fence, limits, places in hand, due; that whoever catches up is to end
]]
--- @include includes/clock.lua
--- @include includes/work.lua
--- @include includes/slot.lua
--- @include includes/places.lua
--- @include includes/service-record.lua

local id = ARGV[1]
local found = redis.call('HMGET', KEYS[1], 'status', 'svc', 'leaseUntil', 'limits', 'places')
local status = found[1]
if not status then
  return { 'MISSING' }
end
local service = ARGV[5] .. ':service:' .. found[2]
local line = service .. ':line'
local function answer(word, ...)
  return { word, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), ... }
end
if work_owed(status) ~= ARGV[2] then
  return answer('NOT_OWED')
end

local now = now_ms()
local leased_until = tonumber(found[3] or 0) or 0
if leased_until > now and leased_until <= now + LONGEST_LEASE_MS then
  return answer('LEASED', leased_until - now)
end

-- What may keep it from beginning: asked of those only that have not begun.
local function notices()
  if status ~= 'approved' then
    return '', {}
  end
  local held = redis.call('HGET', service, 'automationHold') or ''
  return held, redis.call('HVALS', ARGV[5] .. ':freezes')
end

local its = redis.call('HMGET', service, 'holder', 'claimant', 'catchUpUntil')
local holder, claimant, catch_up_until = its[1], its[2], its[3]
local mine = holder == id
if not holder then
  -- Free: it goes to whoever came first, and that may be one whose job is still on its way.
  holder = redis.call('ZRANGE', line, 0, 0)[1] or id
end
if holder ~= id then
  if not redis.call('ZSCORE', line, id) then
    redis.call('ZADD', line, redis.call('HINCRBY', service, 'arrivals', 1), id)
  end
  redis.call('ZADD', KEYS[3], now + LINE_MS, id)
  return answer('WAITING', holder, notices())
end

-- Whoever was here before may have been ended from outside: until its worker has let go, nobody else may begin.
if claimant and claimant ~= id then
  local letting_go = redis.call('HGET', ARGV[5] .. ':deployment:' .. claimant, 'leaseUntil')
  local busy_until = tonumber(letting_go or 0) or 0
  if busy_until > now and busy_until <= now + LONGEST_LEASE_MS then
    return answer('LEASED', busy_until - now)
  end
end

-- Somebody brings balancers to what they missed: it is told to end, and nobody begins another time before this.
if catch_up_until then
  local busy_until = tonumber(catch_up_until) or 0
  if busy_until > now and busy_until <= now + LONGEST_LEASE_MS then
    redis.call('HSET', service, 'catchUp', 'wanted')
    return answer('LEASED', busy_until - now)
  end
  redis.call('HDEL', service, 'catchUp', 'catchUpUntil')
end

local limits = limits_of(found[4])
for _, limit in ipairs(limits) do
  local key = ARGV[5] .. ':limit:' .. limit.key
  if redis.call('SISMEMBER', key, id) == 0 and redis.call('SCARD', key) >= limit.most then
    redis.call('ZADD', KEYS[3], now + LINE_MS, id)
    return answer('LIMITED', limit.key, limit.most)
  end
end
-- Two environments may have the same targets, and two deployments never work on one of them at once.
if found[5] then
  local other, place, there = take_places(ARGV[5], found[2], id, found[5])
  if other then
    redis.call('ZADD', KEYS[3], now + LINE_MS, id)
    return answer('TAKEN', other, place, there)
  end
end
for _, limit in ipairs(limits) do
  redis.call('SADD', ARGV[5] .. ':limit:' .. limit.key, id)
end

local fence = redis.call('HINCRBY', service, 'fence', 1)
if not mine then
  redis.call('ZREM', line, id)
end
if not mine or claimant ~= id then
  redis.call('HSET', service, 'holder', id, 'claimant', id)
end
local lease = now + tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'fence', fence, 'leaseUntil', lease, 'leaseOwner', ARGV[3])
redis.call('ZADD', KEYS[3], lease, id)
return answer('CLAIMED', fence, service_record(ARGV[5], found[2]), notices())
