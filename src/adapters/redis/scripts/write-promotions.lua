--[[
Writes promotions, and moves the cursor behind the events that led to them, all or nothing.
Sent again with the same op it answers as before.

KEYS   1 cursor   2 promotions   3 open   4 due
       then two for each change: the promotion, the open ones of its service in `from`
ARGV   1 op   2 move the cursor 0|1   3 cursor before, or empty   4 cursor after
       5 on, seven for each change: id, expected revision or empty for a new one, revision after,
         created at (ms), open 0|1, look in (ms) or empty for not at all, body
Returns OK | STALE
Writes  all of the above; a new promotion that is there already is left as it is
]]
--- @include includes/clock.lua

local op, first_key, first_arg, width = ARGV[1], 5, 5, 7
local changes = (#ARGV - first_arg + 1) / width
local skipped = {}
if ARGV[2] == '1' then
  local was = redis.call('HMGET', KEYS[1], 'after', 'op')
  if was[2] == op then
    return 'OK'
  end
  if (was[1] or '') ~= ARGV[3] then
    return 'STALE'
  end
end
for change = 0, changes - 1 do
  local at = first_arg + width * change
  local was = redis.call('HMGET', KEYS[first_key + 2 * change], 'rev', 'op')
  if was[2] == op then
    return 'OK'
  end
  if ARGV[at + 1] == '' then
    skipped[change] = was[1]
  elseif was[1] ~= ARGV[at + 1] then
    return 'STALE'
  end
end

if ARGV[2] == '1' then
  redis.call('HSET', KEYS[1], 'after', ARGV[4], 'op', op)
end
for change = 0, changes - 1 do
  if not skipped[change] then
    local key, its = KEYS[first_key + 2 * change], KEYS[first_key + 2 * change + 1]
    local at = first_arg + width * change
    local id, created_at = ARGV[at], ARGV[at + 3]
    redis.call('HSET', key, 'rev', ARGV[at + 2], 'op', op, 'body', ARGV[at + 6])
    redis.call('ZADD', KEYS[2], created_at, id)
    if ARGV[at + 4] == '1' then
      redis.call('ZADD', KEYS[3], created_at, id)
      redis.call('SADD', its, id)
    else
      redis.call('ZREM', KEYS[3], id)
      redis.call('SREM', its, id)
    end
    if ARGV[at + 5] == '' then
      redis.call('ZREM', KEYS[4], id)
    else
      redis.call('ZADD', KEYS[4], now_ms() + ARGV[at + 5], id)
    end
  end
end
return 'OK'
