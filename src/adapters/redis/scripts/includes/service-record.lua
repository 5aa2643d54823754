-- What is kept of a service, of one moment: targets, the two newest entries of the stable versions, the active entry
-- or empty, and the revision of all three.
local function service_record(prefix, svc)
  local service = prefix .. ':service:' .. svc
  return {
    redis.call('HGETALL', service .. ':targets'),
    redis.call('LRANGE', service .. ':stable', 0, 1),
    redis.call('HGET', prefix .. ':active', svc) or '',
    redis.call('HGET', service, 'rev') or '0',
  }
end
