-- Gives the service's slot to the next in line, whose work is owed from then on: answers its id, status and run.
-- Nothing where this deployment neither holds the slot nor was the first in line for a free one, or nobody waits.
local function hand_over(service, line, due, id, deployment_prefix)
  local had = redis.call('HGET', service, 'holder') or redis.call('ZRANGE', line, 0, 0)[1]
  redis.call('ZREM', line, id)
  if had ~= id then
    return {}
  end
  local next_id = redis.call('ZRANGE', line, 0, 0)[1]
  if not next_id then
    redis.call('HDEL', service, 'holder')
    return {}
  end
  redis.call('HSET', service, 'holder', next_id)
  redis.call('ZREM', line, next_id)
  local next_key = deployment_prefix .. next_id
  local run = redis.call('HINCRBY', next_key, 'run', 1)
  redis.call('ZADD', due, now_ms() + SOON_MS, next_id)
  return { next_id, redis.call('HGET', next_key, 'status'), run }
end

-- The limits a deployment counts against, as `key` and `most` pairs of its record's field; none as a rule.
local function limits_of(field)
  return field and cjson.decode(field) or {}
end

-- What it counts against limits is free again.
local function free_limits(field, prefix, id)
  for _, limit in ipairs(limits_of(field)) do
    redis.call('SREM', prefix .. ':limit:' .. limit.key, id)
  end
end
