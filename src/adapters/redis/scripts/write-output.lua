--[[
Writes some of the output of a driver call. Sent again with the same number it changes nothing.

KEYS   1 deployment   2 its output   3 the lines of this call
ARGV   1 call   2 fence[:worker]   3 number of this write, from 1   4 most bytes of a call
       5 most bytes of all calls of the deployment   6 target, action, worker and fence of the call, as JSON
       7 lines dropped before these   8 nothing more comes 0|1   9 lines, joined, or empty   10 how many
Returns OK | OUTDATED: a newer run has called the target since | MISSING
Writes  the lines, what is known of the call, the bytes and the revision of the output
]]
--- @include includes/clock.lua
--- @include includes/fence.lua

local call, number = ARGV[1], tonumber(ARGV[3])
local most, text, lines = tonumber(ARGV[4]), ARGV[9], tonumber(ARGV[10])
local fence, worker = fence_and_worker(ARGV[2])
local now = redis.call('HMGET', KEYS[1], 'status', 'fence', 'leaseOwner')
-- What retention has deleted must not begin anew.
if not now[1] then
  return 'MISSING'
end
local entry = redis.call('HGET', KEYS[2], 'call:' .. call)
local said
if entry then
  said = cjson.decode(entry)
else
  said = cjson.decode(ARGV[6])
  said.at, said.number, said.pieces, said.first = now_ms(), 0, 0, 1
  said.bytes, said.cut, said.dropped = 0, 0, 0
  said.outdated = fence ~= now[2] or is_anothers(fence, worker, now[2], now[3])
end
local newest = 'newest:' .. said.target
local seen = tonumber(redis.call('HGET', KEYS[2], newest) or '0')
if tonumber(fence) < seen then
  return 'OUTDATED'
end
if number <= said.number then
  return 'OK'
end
said.number = number
said.dropped = said.dropped + tonumber(ARGV[7])
if ARGV[8] == '1' then
  said.endedAt = now_ms()
end

if lines > 0 then
  local piece = (said.pieces + 1) .. ' ' .. now_ms() .. '\n' .. text
  local all = tonumber(redis.call('HGET', KEYS[2], 'bytes') or '0')
  if all + #piece > tonumber(ARGV[5]) or #piece > most then
    said.dropped = said.dropped + lines
  else
    redis.call('RPUSH', KEYS[3], piece)
    said.pieces, said.bytes = said.pieces + 1, said.bytes + #piece
    local grown = #piece
    -- The end of an output says more than its beginning.
    while said.bytes > most do
      local oldest = redis.call('LPOP', KEYS[3])
      local _, breaks = string.gsub(oldest, '\n', '')
      said.bytes, said.first, said.cut = said.bytes - #oldest, said.first + 1, said.cut + breaks
      grown = grown - #oldest
    end
    redis.call('HINCRBY', KEYS[2], 'bytes', grown)
  end
end
redis.call('HSET', KEYS[2], 'call:' .. call, cjson.encode(said), newest, fence)
redis.call('HINCRBY', KEYS[2], 'revision', 1)
return 'OK'
