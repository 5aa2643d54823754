-- Appends events to the deployment's list and to the stream of all.
-- Each is seven arguments from `from` on: type, time, sequence, state, actor, data, entry for the list.
local function append_events(from, count, list, stream, counters, max_events, subject)
  local at = from
  for _ = 1, count do
    redis.call('RPUSH', list, ARGV[at + 6])
    local sequence = redis.call('HINCRBY', counters, 'sequence', 1)
    redis.call('XADD', stream, 'MAXLEN', '~', max_events, string.format('%.0f-0', sequence),
      'sequence', ARGV[at + 2], 'type', ARGV[at], 'time', ARGV[at + 1],
      'deploymentId', subject.id, 'service', subject.service,
      'environment', subject.environment, 'version', subject.version,
      'state', ARGV[at + 3], 'actor', ARGV[at + 4], 'data', ARGV[at + 5])
    at = at + 7
  end
end
