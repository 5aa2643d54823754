--[[
Takes the right to bring a router's places to what is on record of a service, where no worker is at it.

KEYS   1 service
ARGV   1 environment/service   2 prefix   3 token   4 lease (ms)
       (the service's other keys and its deployments follow from these; they share its slot)
Returns BUSY | TAKEN deployment service (as includes/service-record.lua answers it)
Writes  catchUp, catchUpUntil
]]
--- @include includes/clock.lua
--- @include includes/service-record.lua

-- A deployment that found somebody catching up is given this long to come again.
local COMES_AGAIN_MS = 10000

local its = redis.call('HMGET', KEYS[1], 'holder', 'claimant', 'catchUp', 'catchUpUntil')
local holder, last = its[1], its[2]
if not last or (holder and holder ~= last) then
  return { 'BUSY' }
end
local now = now_ms()
local free_at = tonumber(its[4] or 0) or 0
if its[3] == 'wanted' then
  free_at = free_at + COMES_AGAIN_MS
end
if free_at > now then
  return { 'BUSY' }
end
local found = redis.call('HMGET', ARGV[2] .. ':deployment:' .. last, 'status', 'leaseUntil')
-- Of one that holds the slot a lease that ran out was not given up: its worker died, or sleeps.
local leased = found[2] and (holder or tonumber(found[2]) > now)
if not found[1] or leased or found[1] == 'paused' then
  return { 'BUSY' }
end
redis.call('HSET', KEYS[1], 'catchUp', ARGV[3], 'catchUpUntil', now + tonumber(ARGV[4]))
return { 'TAKEN', last, service_record(ARGV[2], ARGV[1]) }
